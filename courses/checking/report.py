"""What to mend in courses and lessons as their writer last saved them: the same few queries for three or many."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Count, Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail.models import Locale, Page
from wagtail.permission_policies.pages import PagePermissionPolicy
from wagtail_localize.models import StringSegment, StringTranslation

from courses.checking.addresses import addresses_in
from courses.checking.findings import DeadLink, Finding, Known, findings_of, linked_pages, rich_texts
from courses.models import CourseIndexPage, CoursePage, ExternalLink, LessonPage
from courses.pieces import Piece, asset_ids_of, pieces_of
from media_pipeline.models import Asset, Caption
from media_pipeline.playback import language_name
from media_pipeline.shot_check.advice import NO_SOUND, SILENT

NOTHING_TO_HEAR = {NO_SOUND, SILENT}


@dataclass(frozen=True)
class Checked:
    """A page with what to mend in it."""

    page: Any
    findings: list[Finding]

    @property
    def lines(self) -> list[tuple[Finding, str]]:
        """Each finding with the address where the editor opens."""
        edit = reverse("wagtailadmin_pages:edit", args=[self.page.pk])
        return [(f, f"{edit}#block-{f.block_id}-section" if f.block_id else edit) for f in self.findings]


def courses_to_check(user: Any) -> QuerySet[CoursePage]:
    """Return the courses that ``user`` may edit, drafts included."""
    hers = PagePermissionPolicy().instances_user_has_permission_for(user, "change")
    return CoursePage.objects.filter(pk__in=hers.values("pk")).select_related("locale")


def check_courses(courses: Iterable[CoursePage]) -> dict[int, list[Checked]]:
    """Return what to mend in each course, by its id: first in itself, then in its lessons in order."""
    courses = list(courses)
    below = LessonPage.objects.none()
    for course in courses:
        below = below | LessonPage.objects.child_of(course)
    lessons = list(below.select_related("locale", "latest_revision").order_by("path")) if courses else []
    drafts = {lesson.pk: draft_pieces(lesson) for lesson in lessons}
    known = _known(piece for pieces in drafts.values() for piece in pieces)
    in_words = _translations([*courses, *lessons])
    checked = {course.pk: [Checked(course, in_words.get(course.pk, []))] for course in courses}
    parents = {course.path: course.pk for course in courses}
    for lesson in lessons:
        found = findings_of(drafts[lesson.pk], lesson.locale.language_code, known)
        parent = parents[lesson.path[: -lesson.steplen]]
        checked[parent].append(Checked(lesson, found + in_words.get(lesson.pk, [])))
    return checked


def check_lesson(lesson: LessonPage) -> Checked:
    """Return what to mend in ``lesson`` as it is in memory."""
    pieces = lesson.pieces
    found = findings_of(pieces, lesson.locale.language_code, _known(pieces))
    return Checked(lesson, found + _translations([lesson]).get(lesson.pk, []))


def check_of(page: CoursePage | LessonPage) -> dict[str, Any]:
    """Return what the editor of ``page`` shows: its findings, and for a course their number in all its lessons."""
    if isinstance(page, LessonPage):
        return {"checked": check_lesson(page)}
    checked = check_courses([page])[page.pk]
    return {"checked": None, "number": number_of(checked), "url": reverse("to_mend:course", args=[page.pk])}


def number_of(checked: Iterable[Checked]) -> int:
    """Return how many things there are to mend."""
    return sum(len(one.findings) for one in checked)


def draft_pieces(lesson: LessonPage) -> list[Piece]:
    """Return the pieces of a lesson as it was last saved; its latest revision has been fetched with it."""
    revision = lesson.latest_revision
    if revision is None:
        return lesson.pieces
    return pieces_of(LessonPage._meta.get_field("body").to_python(revision.content.get("body") or "[]"))


def _known(pieces: Iterable[Piece]) -> Known:
    """Ask for the videos, the captions and the links of all ``pieces``: four queries."""
    pieces = list(pieces)
    videos = Asset.objects.only("duration_ms", "shot_check").in_bulk(asset_ids_of(pieces))
    captions: dict[uuid.UUID, dict[str, bool]] = {pk: {} for pk in videos}
    for caption in Caption.objects.filter(asset_id__in=videos).defer("text"):
        captions[caption.asset_id][caption.language] = not caption.unconfirmed
    texts = [html for piece in pieces for _id, html in rich_texts(piece)]
    linked = {pk for html in texts for pk in linked_pages(html)}
    elsewhere = {address for html in texts for address in addresses_in(html)} if settings.CHECK_LINKS else set()
    dead = ExternalLink.objects.dead().filter(address__in=elsewhere)
    live = Page.objects.live().filter(pk__in=linked).values_list("pk", flat=True)
    return Known(
        durations_ms={pk: video.duration_ms or 0 for pk, video in videos.items()},
        captions=captions,
        silent=frozenset(pk for pk, video in videos.items() if NOTHING_TO_HEAR & {a.code for a in video.advice}),
        live_pages=frozenset(live),
        dead_links={link.address: DeadLink(link.status, link.failed_since) for link in dead},
    )


def _translations(pages: list[Any]) -> dict[int, list[Finding]]:
    """Say of each page which language it has no version in, and how much of the others is translated.

    Languages are those with a list of courses. A page that was itself translated says nothing: its source does.
    """
    keys = {page.translation_key for page in pages}
    versions = set(Page.objects.filter(translation_key__in=keys).values_list("translation_key", "locale_id"))
    open_ = _passages(keys)
    where = _("Translation")
    found: dict[int, list[Finding]] = {}
    for locale in Locale.objects.filter(pk__in=CourseIndexPage.objects.values("locale_id")):
        facts = {"language": language_name(locale.language_code)}
        for page in pages:
            if locale.pk == page.locale_id:
                continue
            total, done = open_.get((page.translation_key, page.locale_id, locale.pk), (0, 0))
            if (page.translation_key, locale.pk) not in versions:
                what = _("There is no version in %(language)s yet. Translate the page.") % facts
            elif done < total:
                what = _("%(done)d of %(total)d passages are in %(language)s. Translate the rest.") % (
                    facts | {"done": done, "total": total}
                )
            else:
                continue
            found.setdefault(page.pk, []).append(Finding(where, what))
    return found


def _passages(keys: set[uuid.UUID]) -> dict[tuple[uuid.UUID, int, int], tuple[int, int]]:
    """Return how many passages there are and how many are translated, by page, its language and the other language."""
    is_done = StringTranslation.objects.filter(
        translation_of_id=OuterRef("string_id"),
        context_id=OuterRef("context_id"),
        locale_id=OuterRef("source__translations__target_locale_id"),
        has_error=False,
    )
    rows = (
        StringSegment.objects.filter(source__object_id__in=keys, source__translations__enabled=True)
        .values_list("source__object_id", "source__locale_id", "source__translations__target_locale_id")
        .annotate(total=Count("pk"), done=Count("pk", filter=Exists(is_done)))
    )
    return {(key, source, target): (total, done) for key, source, target, total, done in rows}
