"""What creators do when something happens in the courses."""

from typing import Any

from django.dispatch import receiver

from courses.signals import graduating
from creators.profiles import make_profile


@receiver(graduating, dispatch_uid="creators.make_profile")
def make_a_profile_with_the_graduation(graduation: Any, **_kwargs: object) -> None:
    """Make her profile inside the transaction of her graduation: both happen, or neither."""
    make_profile(user=graduation.learner)
