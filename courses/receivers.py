"""What courses does when pages are published and videos change."""

import uuid
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import QuerySet
from django.dispatch import receiver
from wagtail.models import ReferenceIndex
from wagtail.signals import page_published, page_unpublished

from courses import routing
from courses.models import CourseIndexPage, CoursePage, LessonPage, Submission
from courses.outline import find_open_video
from courses.submissions import UNUSABLE, give_back_unusable
from media_pipeline.access import also_allow
from media_pipeline.models import Asset
from media_pipeline.signals import asset_changed
from media_pipeline.states import PLAYABLE


@also_allow
def reviewer_follows(user: Any, asset: Asset) -> bool:
    """Let a reviewer see how far a submitted video is."""
    return Submission.objects.reviewable_by(user).filter(asset=asset).exists()


@receiver([page_published, page_unpublished], sender=LessonPage)
def lesson_changed(instance: LessonPage, **_signal: object) -> None:
    """Keep the course's poster right."""
    find_open_video(instance.course)


@receiver([page_published, page_unpublished], sender=CourseIndexPage)
def index_changed(**_signal: object) -> None:
    """A list of courses is somewhere else now."""
    routing.forget()


@receiver(page_published, sender=CoursePage)
def course_published(instance: CoursePage, **_signal: object) -> None:
    """An older version may carry an older poster."""
    find_open_video(instance)


@receiver(asset_changed)
def video_changed(asset_id: uuid.UUID, state: str, **_signal: object) -> None:
    """Weigh the lessons that show a video that became ready; give back a submission that cannot be used."""
    if state in UNUSABLE:
        give_back_unusable(asset_id)
    if state in PLAYABLE:
        for lesson in _lessons_with(asset_id):
            lesson.weigh()
            LessonPage.objects.filter(pk=lesson.pk).update(minutes=lesson.minutes, video_bytes=lesson.video_bytes)


def _lessons_with(asset_id: uuid.UUID) -> QuerySet[LessonPage]:
    """Return the lessons that show a video; Wagtail's index of references knows them."""
    references = ReferenceIndex.get_references_to(Asset(pk=asset_id))
    used_in = references.filter(content_type=ContentType.objects.get_for_model(LessonPage))
    return LessonPage.objects.filter(pk__in=[int(pk) for pk in used_in.values_list("object_id", flat=True)])
