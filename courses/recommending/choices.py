"""What she says to what is recommended: not for me, begin over, none at all; each can be taken back."""

import uuid
from typing import Any

from django.db import transaction
from django.utils import timezone

from courses.models import CoursePage, NotForMe, Recommendation, RecommendationChoice


def not_for_me(*, learner: Any, course: CoursePage) -> None:
    """Never recommend ``course`` to ``learner`` again; saying it twice is saying it once."""
    NotForMe.objects.get_or_create(
        learner=learner, course_key=course.course_key, defaults={"course_title": course.title}
    )


def take_back(*, learner: Any, course_key: uuid.UUID) -> None:
    """Let a course be recommended again."""
    NotForMe.objects.filter(learner=learner, course_key=course_key).delete()


def is_off(learner: Any) -> bool:
    """Say whether she has switched recommendations off."""
    return RecommendationChoice.objects.owned_by(learner).filter(is_off=True).exists()


@transaction.atomic
def switch(*, learner: Any, off: bool) -> None:
    """Switch recommendations off, with all that was worked out for her, or on."""
    RecommendationChoice.objects.update_or_create(learner=learner, defaults={"is_off": off})
    if off:
        Recommendation.objects.filter(learner=learner).delete()


@transaction.atomic
def begin_over(*, learner: Any) -> None:
    """Forget what she said no to, and rest on nothing that she joined before now. Her courses stay."""
    RecommendationChoice.objects.update_or_create(learner=learner, defaults={"begun_over_at": timezone.now()})
    Recommendation.objects.filter(learner=learner).delete()
    NotForMe.objects.filter(learner=learner).delete()
