"""What waits for an instructor, and the choice she makes in it: by course, language, holder, try and name."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.db.models import Case, Count, Max, Min, Q, Value, When
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.models import Submission
from courses.models.submissions import SubmissionQuerySet
from media_pipeline.playback import language_name

DAYS = timedelta(days=7)
FEW = 20  # among so many she finds a name without help
LOOKUPS = {
    "course": "course_key",
    "language": "learner__language",
    "held": "held",
    "tries": "tries",
    "name": "learner__public_name__icontains",
}
HELD = {
    "free": gettext_lazy("Nobody has it"),
    "mine": gettext_lazy("You have it"),
    "other": gettext_lazy("Somebody else has it"),
}
TRIES = {"first": gettext_lazy("First tries"), "later": gettext_lazy("Later tries")}


def waiting_for(user: Any) -> SubmissionQuerySet:
    """Return what waits on the shelves of ``user``, the oldest first, with who has it and which try it is."""
    is_held = Q(reviewer__isnull=False, lease_until__gte=timezone.now())
    return (
        Submission.objects.reviewable_by(user)
        .waiting()
        .annotate(
            held=Case(
                When(is_held & Q(reviewer=user.pk), then=Value("mine")),
                When(is_held, then=Value("other")),
                default=Value("free"),
            ),
            tries=Case(When(number=1, then=Value("first")), default=Value("later")),
        )
    )


@dataclass(frozen=True)
class Load:
    """How much waits on her shelves and since when, and how much was answered there in a week, and by her."""

    waiting: int
    oldest: datetime | None
    answered: int
    answered_by_her: int


def load_of(user: Any) -> Load:
    """Return what waits for ``user`` and what was answered lately: two queries."""
    mine = Submission.objects.reviewable_by(user)
    waits = mine.waiting().order_by().aggregate(waiting=Count("pk"), oldest=Min("sent_at"))
    lately = mine.filter(decided_at__gte=timezone.now() - DAYS).order_by()
    answers = lately.aggregate(answered=Count("pk"), answered_by_her=Count("pk", filter=Q(reviewer=user.pk)))
    return Load(**waits, **answers)


class QueueForm(forms.Form):
    """What she wants to see of the queue. What cannot be understood chooses nothing."""

    course = forms.UUIDField(label=gettext_lazy("Course"), required=False, widget=forms.Select)
    language = forms.CharField(label=gettext_lazy("Her language"), required=False, max_length=12, widget=forms.Select)
    held = forms.ChoiceField(label=gettext_lazy("Who has it"), required=False, choices=HELD)
    tries = forms.ChoiceField(label=gettext_lazy("Which try"), required=False, choices=TRIES)
    name = forms.CharField(label=gettext_lazy("Her name"), required=False, max_length=60)

    @cached_property
    def chosen(self) -> dict[str, Any]:
        """What she has chosen, by field."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}

    @property
    def query(self) -> str:
        """Her choice for an address; empty, or ending in ``&``."""
        return f"{urlencode(self.chosen)}&" if self.chosen else ""

    def narrow(self, waiting: SubmissionQuerySet) -> SubmissionQuerySet:
        """Return those of ``waiting`` that she has chosen."""
        return waiting.filter(**{LOOKUPS[name]: value for name, value in self.chosen.items()})

    def offer(self, waiting: SubmissionQuerySet) -> int:
        """Let her choose from what there is in ``waiting``, and return how many there are: one query."""
        groups = waiting.order_by().values("course_key", "learner__language", "held", "tries")
        rows = list(groups.annotate(title=Max("course_title"), number=Count("pk")))
        titles = {row["course_key"]: row["title"] for row in rows}
        self._offer("course", sorted(titles.items(), key=lambda one: one[1]))
        languages = sorted({row["learner__language"] for row in rows})
        self._offer("language", [(code, language_name(code)) for code in languages])
        for name, labels in (("held", HELD), ("tries", TRIES)):
            there = {row[name] for row in rows}
            self._offer(name, [(value, label) for value, label in labels.items() if value in there])
        number = sum(row["number"] for row in rows)
        if number <= FEW and "name" not in self.chosen:
            del self.fields["name"]
        return number

    def _offer(self, name: str, choices: Iterable[tuple[Any, Any]]) -> None:
        """Show a choice that has two sides at least, or that she has made."""
        choices = list(choices)
        if len(choices) > 1 or name in self.chosen:
            self.fields[name].widget.choices = [("", _("All")), *choices]
        else:
            del self.fields[name]
