"""The names of the roles. Each is a Django group of the same name.

Apps below the web site do not import this; they ask ``user.has_role("instructor")``.
"""

from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Role(StrEnum):
    """What a person may be here; one person may be several."""

    LEARNER = "learner"
    CREATOR = "creator"
    INSTRUCTOR = "instructor"
    PREPARER = "finance preparer"
    APPROVER = "finance approver"
    ADMINISTRATOR = "administrator"

    @property
    def label(self) -> Promise:
        """Its name for people."""
        return LABELS[self]


WORKING_ROLES = frozenset(Role) - {Role.LEARNER, Role.CREATOR}
LABELS: dict[Role, Promise] = {
    Role.LEARNER: _("Learner"),
    Role.CREATOR: _("Creator"),
    Role.INSTRUCTOR: _("Instructor"),
    Role.PREPARER: _("Finance: prepares"),
    Role.APPROVER: _("Finance: approves"),
    Role.ADMINISTRATOR: _("Administrator"),
}
