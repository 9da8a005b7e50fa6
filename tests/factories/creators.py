"""Creators and their channels for tests."""

import factory
from django.utils import timezone

from creators.models import Channel, ChannelState, Profile
from tests.factories.accounts import UserFactory


class ProfileFactory(factory.django.DjangoModelFactory):
    """Make a graduate with a private profile; ``published=True`` publishes it."""

    class Meta:
        model = Profile

    class Params:
        published = factory.Trait(published_at=factory.LazyFunction(timezone.now))

    user = factory.SubFactory(UserFactory, role="creator")
    slug = factory.Sequence(lambda n: f"creator-{n}")
    display_name = factory.Sequence(lambda n: f"Creator {n}")


class ChannelFactory(factory.django.DjangoModelFactory):
    """Make a claimed YouTube channel; ``confirmed=True`` makes a confirmed one."""

    class Meta:
        model = Channel

    class Params:
        confirmed = factory.Trait(
            state=ChannelState.CONFIRMED,
            confirmed_at=factory.LazyFunction(timezone.now),
            confirmed_by=factory.SubFactory(UserFactory, role="finance preparer"),
        )

    profile = factory.SubFactory(ProfileFactory)
    platform = "youtube"
    external_id = factory.Sequence(lambda n: f"UC{n:022d}")
    url = factory.LazyAttribute(lambda channel: f"https://www.youtube.com/channel/{channel.external_id}")
    claimed_at = factory.LazyFunction(timezone.now)
