"""What creators do when something happens in the courses."""

from typing import Any
from uuid import UUID

from django.dispatch import receiver

from courses.signals import graduating
from creators.models import PortfolioItem, Profile
from creators.profiles import make_profile
from media_pipeline.access import also_lets_watch


@also_lets_watch
def visitor_watches(user: Any, asset_id: UUID) -> bool:
    """Let whoever sees a creator's page watch what it shows at this moment."""
    shown = PortfolioItem.objects.showable().filter(profile__in=Profile.objects.visible_to(user))
    return shown.filter(submission__asset=asset_id).exists()


@receiver(graduating, dispatch_uid="creators.make_profile")
def make_a_profile_with_the_graduation(graduation: Any, **_kwargs: object) -> None:
    """Make her profile inside the transaction of her graduation: both happen, or neither."""
    make_profile(user=graduation.learner)
