"""The pages of the programme: an index, a shelf for each instructor, courses, and their lessons."""

import uuid
from typing import Any

from django.db import models
from django.http import HttpRequest
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page, PageViewRestriction
from wagtail.search import index
from wagtail_localize.fields import SynchronizedField

from courses.blocks import LessonBlock
from courses.editing import OrderedByWriters, OwnCopyForm
from courses.models.shelves import Shelf
from courses.panels import PieceLengthsPanel, ToMendPanel
from courses.pieces import ASSIGNMENT, Piece, asset_ids_of, minutes_of, pieces_of, taught_in
from media_pipeline.models import Asset


class Restricted:
    """Asks for view restrictions in one query, or in none when ``routing`` has asked with the page itself."""

    is_restricted: bool | None = None

    def get_view_restrictions(self) -> models.QuerySet[PageViewRestriction]:
        """Return all restrictions of the page and its ancestors, or of what they are aliases of."""
        if self.is_restricted is False:
            return PageViewRestriction.objects.none()
        paths = [self.path[: end + self.steplen] for end in range(0, len(self.path), self.steplen)]
        applies = models.Q(page__path__in=paths, page__alias_of=None) | models.Q(page__aliases__path__in=paths)
        return PageViewRestriction.objects.filter(applies).distinct()


class CourseIndexPage(Restricted, Page):
    """The list of all courses in one language."""

    intro = models.TextField(_("introduction"), blank=True, max_length=400)

    template = "courses/course_index_page.html"
    max_count_per_parent = 1
    subpage_types = ["courses.ShelfPage"]
    content_panels = [*Page.content_panels, FieldPanel("intro")]
    search_fields = [*Page.search_fields, index.SearchField("intro")]
    override_translatable_fields = [SynchronizedField("slug")]

    class Meta:
        verbose_name = _("list of courses")
        verbose_name_plural = _("lists of courses")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add the page of courses she asked for."""
        from courses.outline import course_list  # it works on these models

        context = super().get_context(request, *args, **kwargs)
        return context | {"course_list": course_list(self, request.GET.get("page"))}


class ShelfPage(Restricted, Page):
    """Everything one instructor or school teaches, in one language. Made by ``courses.shelves``."""

    shelf = models.ForeignKey(Shelf, on_delete=models.PROTECT, related_name="pages", editable=False)
    about = models.TextField(_("about the instructor"), blank=True, max_length=600)

    template = "courses/shelf_page.html"
    is_creatable = False
    parent_page_types = ["courses.CourseIndexPage"]
    subpage_types = ["courses.CoursePage"]
    content_panels = [*Page.content_panels, FieldPanel("about")]
    search_fields = [*Page.search_fields, index.SearchField("about")]
    override_translatable_fields = [SynchronizedField("slug")]

    class Meta:
        verbose_name = _("shelf page")
        verbose_name_plural = _("shelf pages")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add the courses of this shelf."""
        from courses.outline import course_list  # it works on these models

        context = super().get_context(request, *args, **kwargs)
        return context | {"course_list": course_list(self, request.GET.get("page"))}


class CoursePage(Restricted, Page):
    """One course. Its ``translation_key`` is the ``course_key`` of enrolments and grades."""

    summary = models.TextField(_("what it is about"), max_length=400)
    for_whom = models.TextField(_("who it is for"), max_length=400)
    will_make = models.TextField(_("what she will make"), max_length=400)
    needs = models.TextField(_("what she needs"), blank=True, max_length=400)
    cover = models.ForeignKey(
        "wagtailimages.Image",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("cover picture"),
        help_text=_("Empty: the poster of the first video that is open to all."),
    )
    allows_downloads = models.BooleanField(
        _("videos may be downloaded"),
        default=False,
        help_text=_("Then each video of its lessons can be kept as a file, for where there is no network."),
    )
    open_video = models.ForeignKey(
        Asset, on_delete=models.SET_NULL, null=True, blank=True, editable=False, related_name="+"
    )

    in_group: bool | None = None  # whether she takes it with a group, where ``access`` has asked with the page itself

    template = "courses/course_page.html"
    copy_form_class = OwnCopyForm
    parent_page_types = ["courses.ShelfPage"]
    subpage_types = ["courses.LessonPage"]
    content_panels = [
        *Page.content_panels,
        FieldPanel("summary"),
        FieldPanel("for_whom"),
        FieldPanel("will_make"),
        FieldPanel("needs"),
        FieldPanel("cover"),
        ToMendPanel(heading=_("What to mend")),
    ]
    promote_panels = [*Page.promote_panels, FieldPanel("allows_downloads")]
    search_fields = [
        *Page.search_fields,
        index.SearchField("summary"),
        index.SearchField("for_whom"),
        index.SearchField("will_make"),
        index.AutocompleteField("summary"),
    ]
    override_translatable_fields = [
        SynchronizedField("slug"),
        SynchronizedField("cover"),
        SynchronizedField("allows_downloads"),
    ]

    class Meta:
        verbose_name = _("course")
        verbose_name_plural = _("courses")

    @property
    def course_key(self) -> uuid.UUID:
        """The name of the course in every language."""
        return self.translation_key

    def permissions_for_user(self, user: Any) -> OrderedByWriters:
        """Let who writes the course put its lessons in order."""
        return OrderedByWriters(user, self)

    @property
    def paths_below(self) -> tuple[str, str]:
        """The first and the last path that a page right below it may have."""
        return f"{self.path}{'0' * self.steplen}", f"{self.path}{'Z' * self.steplen}"

    @property
    def lessons(self) -> models.QuerySet["LessonPage"]:
        """Its live lessons in order."""
        return lessons_between(*self.paths_below, self.depth + 1)

    @cached_property
    def shelf(self) -> Shelf:
        """The shelf it stands on."""
        return Shelf.objects.get(pages__path=self.path[: -self.steplen])

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add the lessons and how far she is."""
        from courses.outline import course_context  # it works on these models

        return super().get_context(request, *args, **kwargs) | course_context(self, request)


class LessonPage(Restricted, Page):
    """One lesson. Its ``translation_key`` is the ``lesson_key``, its blocks' ids are the ``piece_id``."""

    summary = models.TextField(_("what she will learn"), max_length=300)
    body = StreamField(LessonBlock(), verbose_name=_("lesson"))
    open_to_all = models.BooleanField(
        _("open to all"), default=False, help_text=_("May be read without joining the course, for example the first.")
    )
    minutes = models.PositiveSmallIntegerField(default=1, editable=False)
    video_bytes = models.PositiveBigIntegerField(default=0, editable=False)
    assignments = models.PositiveSmallIntegerField(default=0, editable=False)
    teaches = models.JSONField(default=dict, editable=False)  # advice of the shot check → the piece that teaches it

    template = "courses/lesson_page.html"
    copy_form_class = OwnCopyForm
    parent_page_types = ["courses.CoursePage"]
    subpage_types: list[str] = []
    content_panels = [
        *Page.content_panels,
        FieldPanel("summary"),
        ToMendPanel(heading=_("What to mend")),
        PieceLengthsPanel(heading=_("How long each piece takes")),
        FieldPanel("body"),
    ]
    promote_panels = [*Page.promote_panels, MultiFieldPanel([FieldPanel("open_to_all")], _("Who may read it"))]
    search_fields = [*Page.search_fields, index.SearchField("summary"), index.SearchField("body")]
    override_translatable_fields = [SynchronizedField("slug"), SynchronizedField("open_to_all")]

    class Meta:
        verbose_name = _("lesson")
        verbose_name_plural = _("lessons")

    def permissions_for_user(self, user: Any) -> OrderedByWriters:
        """Let who writes the course put its lessons in order."""
        return OrderedByWriters(user, self)

    @property
    def lesson_key(self) -> uuid.UUID:
        """The name of the lesson in every language."""
        return self.translation_key

    @cached_property
    def course(self) -> CoursePage:
        """The course it belongs to."""
        return CoursePage.objects.select_related("locale").get(path=self.path[: -self.steplen])

    @property
    def pieces(self) -> list[Piece]:
        """Its pieces in order."""
        return pieces_of(self.body)

    @property
    def megabytes(self) -> int:
        """What its videos cost at most, in megabytes."""
        return -(-self.video_bytes // 1_000_000)

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Work out length and weight anew."""
        self.weigh()
        super().save(*args, **kwargs)

    def weigh(self) -> None:
        """Set ``minutes``, ``video_bytes``, ``assignments`` and ``teaches``; one query when there are videos."""
        pieces = self.pieces
        self.assignments = sum(piece.kind == ASSIGNMENT for piece in pieces)
        self.teaches = taught_in(pieces)
        ids = asset_ids_of(pieces)
        assets = {a.pk: a for a in Asset.objects.filter(pk__in=ids).only("duration_ms", "mp4_bytes")} if ids else {}
        self.minutes = minutes_of(pieces, {pk: asset.duration_ms or 0 for pk, asset in assets.items()})
        own = {piece.asset_id for piece in pieces}
        self.video_bytes = sum(asset.mp4_bytes for pk, asset in assets.items() if pk in own)

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Show the lesson to those who may watch it, and the way in to the others."""
        from courses.views.pages import show_lesson  # it works on these models

        return show_lesson(request, self)

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add the pieces; only ``serve`` and the admin's preview ask for it."""
        from courses.lesson import lesson_context  # it works on these models

        return super().get_context(request, *args, **kwargs) | lesson_context(self, request)


def lessons_between(first: str, last: str, depth: int) -> models.QuerySet[LessonPage]:
    """Return live lessons in order; a range of paths uses the index, which LIKE does not on SQLite."""
    return LessonPage.objects.live().filter(path__range=(first, last), depth=depth).order_by("path")
