"""What is found about a file, and the error of one row. No Django models here."""

from courses.spreadsheets.findings import Finding

__all__ = ["BadRowError", "Finding"]


class BadRowError(ValueError):
    """One row cannot be booked; its only argument is the :class:`Finding` that says why."""
