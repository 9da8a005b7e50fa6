"""Two tries of one learner side by side, for herself and for who reviews her."""

import uuid
from dataclasses import dataclass
from typing import NamedTuple

from django.contrib.auth.decorators import login_required
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from courses.models import Review, Submission
from courses.models.rubrics import Criterion
from courses.models.submissions import SubmissionQuerySet
from media_pipeline.playback import Player, player_for


class Pages(NamedTuple):
    """The names of the page of one try and of this one."""

    own: str
    beside: str


@dataclass(frozen=True)
class Side:
    """One of the two: a try, what was said about it (None where nothing was), and its own page."""

    submission: Submission
    review: Review | None
    player: Player
    url: str


@require_safe
@never_cache
@login_required
def hers(request: HttpRequest, submission_id: uuid.UUID, number: int | None = None) -> HttpResponse:
    """Show the learner a try of hers beside an earlier one, with the answers that she was given."""
    return _page(
        request,
        Submission.objects.owned_by(request.user),
        Review.objects.exclude(decision=""),
        submission_id,
        number,
        Pages("courses:feedback", "courses:beside_hers"),
    )


@require_safe
@never_cache
@login_required
def reviewed(request: HttpRequest, submission_id: uuid.UUID, number: int | None = None) -> HttpResponse:
    """Show who reviews a try an earlier one beside it, with the answers and her own draft."""
    return _page(
        request,
        Submission.objects.reviewable_by(request.user),
        Review.objects.filter(~Q(decision="") | Q(reviewer=request.user)),
        submission_id,
        number,
        Pages("courses:review", "courses:beside"),
    )


def _page(
    request: HttpRequest,
    visible: SubmissionQuerySet,
    reviews: QuerySet[Review],
    submission_id: uuid.UUID,
    number: int | None,
    pages: Pages,
) -> HttpResponse:
    """Show try ``number`` of what is ``visible``, or the last one before, beside the try asked for."""
    visible = visible.select_related("asset", "learner", "rubric").prefetch_related("asset__captions")
    submission = get_object_or_404(visible, pk=submission_id)
    earlier = visible.filter(
        learner=submission.learner_id,
        lesson_key=submission.lesson_key,
        piece_id=submission.piece_id,
        number__lt=submission.number,
    )
    tries = list(earlier.order_by("number"))
    before = next((one for one in reversed(tries) if number in (None, one.number)), None)
    if before is None:
        raise Http404
    said = _said_about([before, submission], reviews)
    sides = [_side(one, said.get(one.pk), pages.own) for one in (before, submission)]
    is_same_rubric = before.rubric_id is not None and before.rubric_id == submission.rubric_id
    context = {
        "submission": submission,
        "own_url": reverse(pages.own, args=[submission.pk]),
        "is_hers": submission.learner_id == request.user.pk,
        "before": before,
        "tries": [(one, reverse(pages.beside, args=[submission.pk, one.number])) for one in tries],
        "sides": sides,
        "lines": _lines(sides) if is_same_rubric else [],
        "rubric_changed": not is_same_rubric and all(side.review and side.submission.rubric for side in sides),
    }
    return render(request, "courses/beside.html", context)


def _said_about(tries: list[Submission], reviews: QuerySet[Review]) -> dict[uuid.UUID, Review]:
    """Return what was said about each try: the answer, before there is one the draft."""
    found = reviews.filter(submission__in=tries).select_related("reviewer").prefetch_related("notes")
    return {review.submission_id: review for review in sorted(found, key=lambda review: review.decision != "")}


def _side(submission: Submission, review: Review | None, own_page: str) -> Side:
    if review:
        review.submission = submission
    player = player_for(submission.asset, language=get_language() or "en")
    return Side(submission, review, player, reverse(own_page, args=[submission.pk]))


def _lines(sides: list[Side]) -> list[tuple[Criterion, list[int | None]]]:
    """Return each line of the rubric that both tries have, with the points of each; nothing before any are given."""
    criteria = sides[0].submission.rubric.criterion_list
    given = [side.review.scores if side.review else {} for side in sides]
    return [(one, [scores.get(one.key) for scores in given]) for one in criteria] if any(given) else []
