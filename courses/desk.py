"""What waits for somebody, on the first page of the admin: one list with a link for each kind of work."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.components import Component

from courses.models import Post, Shelf, ShelfPage
from courses.queue import Load, load_of
from courses.templatetags.since import since
from courses.waiting import promised

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
    """Return what waits for this instructor, how her learners fare and the way to her shelves; None for others."""
    shelves = Shelf.objects.of(request.user)
    pages = ShelfPage.objects.filter(shelf__in=shelves).select_related("locale").order_by("path")
    lines: list[Line] = [
        (f"{page.title} ({page.locale})", reverse("wagtailadmin_explore", args=[page.pk]), None) for page in pages
    ]
    if not lines:
        return None
    load = load_of(request.user)
    reported = Post.objects.moderated_by(request.user).reported().count()
    work: list[Line] = [
        (_("Videos to review"), reverse("courses:queue"), load.waiting),
        *_age(load),
        (
            _("Answered in seven days, %(hers)d by you") % {"hers": load.answered_by_her},
            reverse("courses:queue"),
            load.answered,
        ),
        (_("Words that were reported"), reverse("talk:index"), reported),
        (_("Where they get stuck"), reverse("courses:insight"), None),
        (_("What to mend"), reverse("to_mend:index"), None),
    ]
    return Desk(_("Your teaching"), [*work, *lines])


def _age(load: Load) -> list[Line]:
    """Return how long the oldest video has waited, and whether that is longer than is promised."""
    if load.oldest is None:
        return []
    promise = promised()
    is_late = promise is not None and timezone.now() - load.oldest > promise
    words = (
        _("The oldest has waited %(since)s, longer than is promised")
        if is_late
        else _("The oldest has waited %(since)s")
    )
    return [(words % {"since": since(load.oldest)}, reverse("courses:queue"), None)]
