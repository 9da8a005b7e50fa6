"""What waits for somebody, on the first page of the admin: one list with a link for each kind of work."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.components import Component

from courses.models import Shelf, ShelfPage, Submission

Line = tuple[str | Promise, str, int | None]


class Desk(Component):
    """A panel of lines: what it is, where it is done, and how many wait (None where nothing is counted)."""

    order = 50
    template_name = "wagtailadmin/desk.html"

    def __init__(self, heading: str | Promise, lines: list[Line]) -> None:
        self.heading = heading
        self.lines = lines

    def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
        """Give the template the heading and the lines."""
        return {"heading": self.heading, "lines": self.lines}


def teaching_desk(request: HttpRequest) -> Desk | None:
    """Return the videos that wait for this instructor and the way to her shelves; None for who teaches nowhere."""
    shelves = Shelf.objects.of(request.user)
    pages = ShelfPage.objects.filter(shelf__in=shelves).select_related("locale").order_by("path")
    lines: list[Line] = [
        (f"{page.title} ({page.locale})", reverse("wagtailadmin_explore", args=[page.pk]), None) for page in pages
    ]
    if not lines:
        return None
    waiting = Submission.objects.reviewable_by(request.user).waiting().count()
    return Desk(_("Your teaching"), [(_("Videos to review"), reverse("courses:queue"), waiting), *lines])
