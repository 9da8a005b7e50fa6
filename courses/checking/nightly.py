"""Asking every night whether the links to other sites still lead somewhere: little, slowly, by one worker."""

import time
from datetime import datetime

from django.conf import settings
from django.utils import timezone

from courses.checking.addresses import addresses_in
from courses.checking.asking import Answer, Asker, Outcome
from courses.checking.findings import rich_texts
from courses.checking.report import draft_pieces
from courses.models import ExternalLink, LessonPage, LinkRound

FROM_HOUR = 3  # of the site's own time zone
MOST_A_NIGHT = 500
SECONDS_A_NIGHT = 300  # a worker has other things to do, too
PAUSE = 1.0  # seconds, before the same host is asked again
AT_ONCE = 500  # rows


def ask_if_due(now: datetime | None = None) -> bool:
    """Have a worker ask tonight's links, unless one was told already."""
    from courses.tasks import check_links

    here = timezone.localtime(now or timezone.now())
    if not settings.CHECK_LINKS or here.hour < FROM_HOUR:
        return False
    _round, is_new = LinkRound.objects.get_or_create(day=here.date())
    if is_new:
        LinkRound.objects.filter(day__lt=here.date()).delete()
        check_links.enqueue()
    return is_new


def check_links(asker: Asker | None = None) -> int:
    """Ask the links whose turn it is, one after another; return how many. Links that no lesson has are forgotten."""
    if not settings.CHECK_LINKS:
        return 0
    _take_up()
    asker = asker or Asker(user_agent=f"{settings.WAGTAIL_SITE_NAME} link check (+{settings.SITE_URL})")
    until, asked_at = time.monotonic() + SECONDS_A_NIGHT, {}
    answers: list[tuple[ExternalLink, Answer]] = []
    for link in ExternalLink.objects.due(timezone.now())[:MOST_A_NIGHT]:
        if time.monotonic() > until:
            break
        host = link.address.split("/", 3)[2]
        time.sleep(max(0.0, asked_at.get(host, 0.0) + PAUSE - time.monotonic()))
        answers.append((link, asker.ask(link.address)))
        asked_at[host] = time.monotonic()
    _note(answers)
    return len(answers)


def _note(answers: list[tuple[ExternalLink, Answer]]) -> None:
    """Keep the answers. Where no site at all was heard, it is we who are cut off, and no link is called dead for it."""
    was_heard = any(answer.status for _link, answer in answers)
    for link, answer in answers:
        link.note(answer if was_heard else Answer(Outcome.UNSURE), at=timezone.now())


def _take_up() -> None:
    """Keep a row for each address in a lesson, live or in draft, and for no other."""
    linked = _linked()
    known = dict(ExternalLink.objects.values_list("address", "pk"))
    fresh = [ExternalLink(address=address) for address in sorted(linked - known.keys())]
    ExternalLink.objects.bulk_create(fresh, batch_size=AT_ONCE, ignore_conflicts=True)
    unused = [pk for address, pk in known.items() if address not in linked]
    for start in range(0, len(unused), AT_ONCE):
        ExternalLink.objects.filter(pk__in=unused[start : start + AT_ONCE]).delete()


def _linked() -> set[str]:
    found: set[str] = set()
    for lesson in LessonPage.objects.select_related("latest_revision").iterator(chunk_size=50):
        pieces = lesson.pieces if lesson.live else []
        if lesson.has_unpublished_changes or not lesson.live:
            pieces = [*pieces, *draft_pieces(lesson)]
        found.update(address for piece in pieces for _id, html in rich_texts(piece) for address in addresses_in(html))
    return found
