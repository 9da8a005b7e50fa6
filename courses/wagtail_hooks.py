"""What courses adds to the Wagtail admin."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.permissions import register_permission_policy
from wagtail.snippets.models import register_snippet

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


register_snippet(RubricViewSet)
