"""Proving the books every night, once, whichever worker is awake; and keeping what it said."""

from datetime import date, datetime, timedelta

from django.utils import timezone

from revenue import reconciling
from revenue.models import ProofRun
from revenue.proof.verify import verify

FROM_HOUR = 2  # of the site's own time zone
LOST_AFTER = timedelta(hours=2)
MOST_KEPT = 50


def ask_if_due(now: datetime | None = None) -> bool:
    """Ask a worker for tonight's proof, unless it was asked for; one whose worker was lost is asked for again."""
    from revenue.tasks import prove_books

    now = now or timezone.now()
    here = timezone.localtime(now)
    if here.hour < FROM_HOUR:
        return False
    run, is_new = ProofRun.objects.get_or_create(day=here.date(), defaults={"begun_at": now})
    lost = ProofRun.objects.filter(pk=run.pk, ended_at__isnull=True, begun_at__lt=now - LOST_AFTER)
    if not is_new and not lost.update(begun_at=now):
        return False
    prove_books.enqueue(here.date().isoformat())
    return True


def prove(day: date) -> ProofRun:
    """Prove the books and keep the result for ``day``; a second time the same day takes the place of the first."""
    begun = timezone.now()
    proof = verify(recompute=True)
    late = sum(difference.is_late for difference in reconciling.differences())
    number, chain = proof.last_entry
    run, _is_new = ProofRun.objects.update_or_create(
        day=day,
        defaults={
            "begun_at": begun, "ended_at": timezone.now(), "checked": dict(proof.checked),
            "problem_count": len(proof.problems), "problems": proof.problems[:MOST_KEPT], "last_number": number,
            "last_chain": chain, "differences": late,
        },
    )  # fmt: skip
    return run
