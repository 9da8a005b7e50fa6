"""Practice: which drill comes next, and when each comes back.

The times between are worked out by FSRS (package ``fsrs``). See docs/decisions/courses-practice.md.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone
from fsrs import Card, Rating, Scheduler

from courses.languages import in_language
from courses.models import Drill, PracticeAnswer, PracticeCard

ROUND = 3  # drills; about ninety seconds
LONGEST_DAYS = 365

# Without steps of minutes: she practises when she has time, and nothing comes back on the same day.
_SCHEDULER = Scheduler(learning_steps=(), relearning_steps=(), maximum_interval=LONGEST_DAYS, enable_fuzzing=False)


@dataclass(frozen=True)
class Board:
    """Where she stands. ``drill`` comes next; ``next_at`` is when one does, if none does now."""

    drill: Drill | None
    is_new: bool
    next_at: datetime | None
    new_right: int
    new_total: int
    today: int

    @property
    def in_round(self) -> int:
        """How many drills of the round she is in are done."""
        return self.today % ROUND


def board_of(learner: Any, language: str) -> Board:
    """Return where ``learner`` stands: what was due first comes first, then what she has not seen yet."""
    now = timezone.now()
    offered = Drill.objects.offered_to(learner).select_related("locale").defer("question").order_by("made_at", "pk")
    versions = in_language(offered, language)
    due_at = dict(PracticeCard.objects.owned_by(learner).order_by("due_at").values_list("drill_key", "due_at"))
    waiting = [(key, at) for key, at in due_at.items() if key in versions]
    due = next((key for key, at in waiting if at <= now), None)
    chosen = due or next((key for key in versions if key not in due_at), None)
    today = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    counts = PracticeAnswer.objects.owned_by(learner).aggregate(
        new_right=Count("pk", filter=Q(is_first=True, is_right=True)),
        new_total=Count("pk", filter=Q(is_first=True)),
        today=Count("pk", filter=Q(made_at__gte=today)),
    )
    return Board(
        drill=versions[chosen] if chosen else None,
        is_new=chosen is not None and due is None,
        next_at=waiting[0][1] if waiting and not chosen else None,
        **counts,
    )


def drill_in(learner: Any, language: str, drill_key: uuid.UUID) -> Drill | None:
    """Return a drill that is offered to ``learner``, in ``language`` or in another; None when it is not."""
    versions = Drill.objects.offered_to(learner).filter(translation_key=drill_key).select_related("locale")
    return in_language(versions, language).get(drill_key)


@transaction.atomic
def answer_drill(*, learner: Any, drill: Drill, answer: Sequence[str], client_id: uuid.UUID) -> PracticeAnswer:
    """Mark ``answer``, keep it, and settle when the drill comes back. A form sent twice is one answer."""
    now = timezone.now()
    mine = {"learner": learner, "drill_key": drill.drill_key}
    PracticeCard.objects.get_or_create(**mine, defaults={"due_at": now})
    row = PracticeCard.objects.select_for_update().get(**mine)  # two forms at once take their turns
    if given := PracticeAnswer.objects.owned_by(learner).filter(client_id=client_id).first():
        return given
    is_right = drill.asked.is_right(answer)
    card = Card.from_dict(row.card) if row.card else Card(card_id=row.pk, due=now)
    card, _log = _SCHEDULER.review_card(card, Rating.Good if is_right else Rating.Again, review_datetime=now)
    PracticeCard.objects.filter(pk=row.pk).update(card=card.to_dict(), due_at=card.due)
    return PracticeAnswer.objects.create(
        **mine,
        client_id=client_id,
        answer=list(answer),
        is_right=is_right,
        is_first=not row.card,
        made_at=now,
    )
