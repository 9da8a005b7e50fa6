"""People for tests."""

import factory
from django.contrib.auth import get_user_model


class UserFactory(factory.django.DjangoModelFactory):
    """Make a person; ``role="learner"`` gives her that role, ``password=`` another password than "secret"."""

    class Meta:
        model = get_user_model()
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"person{n}@example.org")
    public_name = factory.Sequence(lambda n: f"Person {n}")
    password = factory.django.Password("secret")

    @factory.post_generation
    def role(self, create: bool, extracted: str | None, **kwargs: object) -> None:
        if create and extracted:
            self.give_role(extracted)
