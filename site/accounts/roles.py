"""The names of the roles. Each is a Django group of the same name.

Apps below the web site do not import this; they ask ``user.has_role("instructor")``.
"""

from enum import StrEnum


class Role(StrEnum):
    """What a person may be here; one person may be several."""

    LEARNER = "learner"
    CREATOR = "creator"
    INSTRUCTOR = "instructor"
    PREPARER = "finance preparer"
    APPROVER = "finance approver"
    ADMINISTRATOR = "administrator"
