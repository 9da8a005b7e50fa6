"""What courses does when pages are published and videos change."""

import uuid
from functools import partial
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import QuerySet
from django.db.models.signals import post_delete
from django.dispatch import receiver
from wagtail.models import ReferenceIndex
from wagtail.signals import page_published, page_unpublished

from courses import routing
from courses.models import CourseIndexPage, CoursePage, LessonPage, Review, Shelf, Submission
from courses.outline import find_open_video
from courses.shelves import add_language
from courses.submissions import UNUSABLE, give_back_unusable, take_back_usable
from courses.tasks import tell_of_lesson
from media_pipeline.access import also_allow, also_lets_watch
from media_pipeline.assets import discard
from media_pipeline.models import Asset
from media_pipeline.signals import asset_changed
from media_pipeline.states import PLAYABLE


@also_allow
def reviewer_follows(user: Any, asset: Asset) -> bool:
    """Let a reviewer see how far a submitted video is."""
    return Submission.objects.reviewable_by(user).filter(asset=asset).exists()


@also_lets_watch
def group_watches(user: Any, asset_id: uuid.UUID) -> bool:
    """Let a group watch what one of them shows it, and her look at it as they do."""
    shared = Submission.objects.shared_with(user) | Submission.objects.owned_by(user)
    return shared.filter(asset=asset_id).exists()


@receiver(post_delete, sender=Review)
def recording_goes_too(instance: Review, **_signal: object) -> None:
    """Take what was said aloud away with what was written."""
    if instance.recording_id:
        discard(asset=Asset(pk=instance.recording_id), by=None)


@receiver([page_published, page_unpublished], sender=LessonPage)
def lesson_changed(instance: LessonPage, **_signal: object) -> None:
    """Keep the course's poster right."""
    find_open_video(instance.course)


@receiver(page_published, sender=LessonPage)
def lesson_is_new(instance: LessonPage, **_signal: object) -> None:
    """Tell those who take the course, when it is published for the first time."""
    if instance.first_published_at == instance.last_published_at:
        transaction.on_commit(partial(tell_of_lesson.enqueue, str(instance.lesson_key)))


@receiver([page_published, page_unpublished], sender=CourseIndexPage)
def index_changed(instance: CourseIndexPage, **_signal: object) -> None:
    """A list of courses is somewhere else now. In a new language every shelf gets its page below it."""
    routing.forget()
    if instance.live:
        for shelf in Shelf.objects.all():
            add_language(shelf=shelf, index=instance)


@receiver(page_published, sender=CoursePage)
def course_published(instance: CoursePage, **_signal: object) -> None:
    """An older version may carry an older poster."""
    find_open_video(instance)


@receiver(asset_changed)
def video_changed(asset_id: uuid.UUID, state: str, **_signal: object) -> None:
    """Weigh the lessons that show a video that became ready; give back a submission that cannot be used (yet)."""
    if state in UNUSABLE:
        give_back_unusable(asset_id)
    if state in PLAYABLE:
        take_back_usable(asset_id)
        for lesson in _lessons_with(asset_id):
            lesson.weigh()
            LessonPage.objects.filter(pk=lesson.pk).update(minutes=lesson.minutes, video_bytes=lesson.video_bytes)


def _lessons_with(asset_id: uuid.UUID) -> QuerySet[LessonPage]:
    """Return the lessons that show a video; Wagtail's index of references knows them."""
    references = ReferenceIndex.get_references_to(Asset(pk=asset_id))
    used_in = references.filter(content_type=ContentType.objects.get_for_model(LessonPage))
    return LessonPage.objects.filter(pk__in=[int(pk) for pk in used_in.values_list("object_id", flat=True)])
