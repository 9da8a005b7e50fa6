"""What courses adds to the Wagtail admin."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.models import Page
from wagtail.permission_policies.pages import PagePermissionPolicy
from wagtail.permissions import register_permission_policy
from wagtail.query import PageQuerySet
from wagtail.snippets.models import register_snippet

from courses.desk import Desk, teaching_desk
from courses.models import Rubric
from courses.viewsets import RubricPolicy, RubricViewSet

register_permission_policy(Rubric, RubricPolicy(Rubric))


@hooks.register("register_log_actions")
def log_actions(actions: Any) -> None:
    """Name what the audit log says about learning."""
    actions.register_action("courses.open_shelf", _("Open a shelf"), _("Opened the shelf"))
    actions.register_action("courses.add_teacher", _("Add a teacher"), _("Let somebody teach on the shelf"))
    actions.register_action("courses.enrol", _("Join a course"), _("Joined the course"))
    actions.register_action("courses.submit", _("Send in a video"), _("Sent in a video"))
    actions.register_action("courses.take", _("Take a review"), _("Began to review"))
    actions.register_action("courses.pass", _("Pass a video"), _("Passed the video"))
    actions.register_action("courses.ask_again", _("Ask for another try"), _("Asked for another try"))
    actions.register_action("courses.graduate", _("Graduate"), _("Finished the course"))
    actions.register_action("courses.name_certificate", _("Name a certificate"), _("Wrote the name on the certificate"))
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


@hooks.register("construct_homepage_panels")
def show_teaching(request: HttpRequest, panels: list[Any]) -> None:
    """Begin an instructor's day with what waits for her."""
    desk: Desk | None = teaching_desk(request)
    if desk:
        panels.append(desk)


register_snippet(RubricViewSet)
