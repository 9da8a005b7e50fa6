"""What courses adds to the Wagtail admin."""

from collections.abc import Iterator
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpRequest
from django.urls import URLPattern, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.widgets import Button
from wagtail.models import Page
from wagtail.permission_policies.pages import PagePermissionPolicy
from wagtail.permissions import register_permission_policy
from wagtail.query import PageQuerySet
from wagtail.snippets.models import register_snippet

from courses import translating
from courses.bank_admin import BankViewSet
from courses.check_admin import ToMendViewSet
from courses.cohort_admin import CohortViewSet
from courses.copying import name_pieces_anew
from courses.course_file_admin import CourseFilesViewSet
from courses.desk import Desk, teaching_desk
from courses.drill_admin import DrillViewSet
from courses.exchange_admin import QuestionsViewSet
from courses.models import LessonPage, Rubric
from courses.rubric_admin import RubricPolicy, RubricViewSet
from courses.talk_admin import TalkViewSet

register_permission_policy(Rubric, RubricPolicy(Rubric))


@hooks.register("register_log_actions")
def log_actions(actions: Any) -> None:
    """Name what the audit log says about learning."""
    actions.register_action("courses.open_shelf", _("Open a shelf"), _("Opened the shelf"))
    actions.register_action("courses.bring_in", _("Bring a course in"), _("Brought the course in from a file"))
    actions.register_action("courses.add_teacher", _("Add a teacher"), _("Let somebody teach on the shelf"))
    actions.register_action("courses.enrol", _("Join a course"), _("Joined the course"))
    actions.register_action("courses.submit", _("Send in a video"), _("Sent in a video"))
    actions.register_action("courses.choose_audience", _("Choose who sees a video"), _("Chose who sees the video"))
    actions.register_action("courses.ask_group", _("Ask a group"), _("Asked the group what it thinks"))
    actions.register_action("courses.ask_opinion", _("Ask a colleague"), _("Asked a colleague"))
    actions.register_action("courses.take", _("Take a review"), _("Began to review"))
    actions.register_action("courses.pass", _("Pass a video"), _("Passed the video"))
    actions.register_action("courses.ask_again", _("Ask for another try"), _("Asked for another try"))
    actions.register_action("courses.graduate", _("Graduate"), _("Finished the course"))
    actions.register_action("courses.name_certificate", _("Name a certificate"), _("Wrote the name on the certificate"))
    actions.register_action("courses.open_certificate", _("Open a certificate"), _("Opened the certificate's files"))
    actions.register_action("courses.close_certificate", _("Close a certificate"), _("Closed the certificate's files"))
    actions.register_action(
        "courses.take_back_certificate", _("Take back a certificate"), _("Took the certificate back")
    )
    actions.register_action("courses.make_cohort", _("Make a group"), _("Made the group"))
    actions.register_action("courses.change_cohort", _("Change a group"), _("Changed the group"))
    actions.register_action("courses.set_deadlines", _("Set the days of a group"), _("Set the days of the lessons"))
    actions.register_action("courses.join_cohort", _("Join a group"), _("Joined a group"))
    actions.register_action("courses.write_post", _("Write about a lesson"), _("Wrote about a lesson"))
    actions.register_action("courses.take_back_post", _("Take words back"), _("Took the words back"))
    actions.register_action("courses.report_post", _("Report words"), _("The words were reported"))
    actions.register_action("courses.keep_post", _("Keep words"), _("Let the words stand"))
    actions.register_action("courses.remove_post", _("Remove words"), _("Removed the words"))
    actions.register_action("courses.silence", _("Silence a person"), _("Let the writer only read for a while"))
    actions.register_action("courses.lift_silence", _("End a silence"), _("Let the writer write again"))
    actions.register_action("courses.new_rubric_version", _("New rubric version"), _("Added a version of the rubric"))


@hooks.register("construct_page_chooser_queryset")
def hide_foreign_drafts(pages: PageQuerySet, request: HttpRequest) -> PageQuerySet:
    """Let a chooser show what is public, and of drafts only those that the explorer shows too.

    Wagtail's page chooser looks at no permission: without this it names every draft of every shelf.
    """
    if request.user.is_superuser:
        return pages
    explorable = PagePermissionPolicy().explorable_instances(request.user)
    match = request.resolver_match
    parent = match.kwargs.get("parent_page_id") if match else None
    if parent and not Page.objects.live().filter(pk=parent).exists() and not explorable.filter(pk=parent).exists():
        raise PermissionDenied
    own_drafts = list(explorable.filter(live=False).values_list("pk", flat=True))
    return pages.filter(Q(live=True) | Q(pk__in=own_drafts))


@hooks.register("after_copy_page")
def make_the_copy_its_own(request: HttpRequest, page: Page, new_page: Page) -> None:
    """Keep what is done in a copied lesson apart from the original."""
    name_pieces_anew(new_page)


@hooks.register("construct_homepage_panels")
def show_teaching(request: HttpRequest, panels: list[Any]) -> None:
    """Begin an instructor's day with what waits for her."""
    desk: Desk | None = teaching_desk(request)
    if desk:
        panels.append(desk)


@hooks.register("register_admin_viewset")
def register_cohorts() -> CohortViewSet:
    """Give instructors the groups of their courses."""
    return CohortViewSet()


@hooks.register("register_admin_viewset")
def register_talk() -> TalkViewSet:
    """Give who looks after courses the words that were reported."""
    return TalkViewSet()


@hooks.register("register_admin_viewset")
def register_checker() -> ToMendViewSet:
    """Give instructors what to mend in their courses."""
    return ToMendViewSet()


@hooks.register("register_admin_viewset")
def register_exchange() -> QuestionsViewSet:
    """Give instructors their questions as files."""
    return QuestionsViewSet()


@hooks.register("register_admin_viewset")
def register_bank() -> BankViewSet:
    """Give instructors the bank beside each lesson."""
    return BankViewSet()


@hooks.register("register_page_header_buttons")
def lead_to_bank(page: Page, user: Any, view_name: str, next_url: str | None = None) -> Iterator[Button]:
    """Lead from a lesson that she may edit to the bank and back."""
    if not (page.pk and issubclass(page.specific_class, LessonPage) and page.permissions_for_user(user).can_edit()):
        return
    take, keep = reverse("bank:take", args=[page.pk]), reverse("bank:keep", args=[page.pk])
    yield Button(_("Questions from the bank"), url=take, icon_name="help", priority=16)
    if user.has_perm("courses.add_drill"):
        yield Button(_("Questions into the bank"), url=keep, icon_name="rotate", priority=17)


@hooks.register("register_admin_urls")
def register_translating() -> list[URLPattern]:
    """Let instructors begin a translation of their own pages."""
    return translating.urls()


@hooks.register("register_page_header_buttons")
def lead_to_translation(page: Page, user: Any, view_name: str, next_url: str | None = None) -> Iterator[Button]:
    """Lead from a page of hers to its other languages."""
    return translating.buttons(page, user)


@hooks.register("register_admin_viewset")
def register_course_files() -> CourseFilesViewSet:
    """Give instructors their courses as files."""
    return CourseFilesViewSet()


register_snippet(RubricViewSet)
register_snippet(DrillViewSet)
