"""Telling people what happened, once each, and keeping how much of it they have not read.

The count of what is unread stands on the person's own row, which every page of hers fetches anyway.
"""

from collections.abc import Collection, Iterable
from typing import Any

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import Count, Exists, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone

from courses.languages import in_language
from courses.models import LessonPage, Notice, NoticeOff, Shelf
from courses.models.notices import Channel, Kind

AT_ONCE = 500  # people told in one transaction


def tell(*, people: Iterable[int], kind: Kind, event: str, title: str, url: str) -> None:
    """Tell ``people`` (their ids) of ``event``, each of them once however often this is called.

    Who has switched the kind off on a channel does not hear of it there, and who has left hears of nothing. Inside a
    transaction it holds with it.
    """
    ids = sorted(set(people))
    for start in range(0, len(ids), AT_ONCE):
        _tell_some(ids[start : start + AT_ONCE], kind, {"event": event, "title": title[:255], "url": url})


def tell_of_lesson(*, people: QuerySet[Any], versions: list[LessonPage], kind: Kind, event: str) -> None:
    """Tell ``people`` of a lesson, each of them under its title in her language; ``versions`` are not none."""
    key = versions[0].lesson_key
    for language in people.order_by().values_list("language", flat=True).distinct():
        tell(
            people=people.filter(language=language).values_list("pk", flat=True),
            kind=kind,
            event=event,
            title=in_language(versions, language)[key].title,
            url=reverse("courses:lesson", args=[key]),
        )


@transaction.atomic
def _tell_some(ids: list[int], kind: Kind, told: dict[str, str]) -> None:
    """Tell those who have not been told; when nobody is new, nobody's row is locked and nothing is counted."""
    has_it = Exists(Notice.objects.filter(learner=OuterRef("pk"), event=told["event"]))
    people = get_user_model().objects.filter(~has_it, pk__in=ids, is_active=True, erased_at=None)
    ids = list(people.order_by("pk").values_list("pk", flat=True))
    if not ids:
        return
    take_turns(ids)
    off = set(NoticeOff.objects.filter(learner__in=ids, kind=kind).values_list("learner_id", "channel"))
    rows = [
        Notice(
            learner_id=pk, kind=kind, in_app=(pk, Channel.APP) not in off, by_mail=(pk, Channel.MAIL) not in off, **told
        )
        for pk in ids
    ]
    Notice.objects.bulk_create(rows, ignore_conflicts=True)
    count_unread(ids)


def take_turns(ids: Collection[int]) -> None:
    """Lock the people, in one order, so that of two who count at once the later one counts both.

    Who locks several, or writes as one of them, takes all of them with one call.
    """
    list(get_user_model().objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk").values_list("pk"))


def count_unread(ids: Collection[int]) -> None:
    """Write on each person's row how many notices in her list she has not read."""
    unread = Notice.objects.filter(learner=OuterRef("pk"), in_app=True, read_at=None).order_by()
    number = unread.values("learner").annotate(number=Count("pk")).values("number")
    get_user_model().objects.filter(pk__in=ids).update(notices_unread=Coalesce(Subquery(number), 0))


@transaction.atomic
def mark_read(*, notices: QuerySet[Notice], by: Any) -> None:
    """Take those of ``notices`` that are hers as read, and count what is left."""
    if not notices.filter(learner=by, read_at=None).exists() and not by.notices_unread:
        return
    take_turns([by.pk])
    notices.filter(learner=by, read_at=None).update(read_at=timezone.now())
    count_unread([by.pk])
    by.refresh_from_db(fields=["notices_unread"])


@transaction.atomic
def unsay(*, person_id: int, event: str) -> None:
    """Take back what begins with ``event`` and she has not read, because it is no longer true."""
    take_turns([person_id])
    Notice.objects.filter(learner=person_id, event__startswith=event, read_at=None).delete()
    count_unread([person_id])


@transaction.atomic
def retract(*, events: Collection[str]) -> None:
    """Take ``events`` back from everybody who has not read them, because they are no longer true."""
    told = Notice.objects.filter(event__in=events, read_at=None)
    ids = list(told.values_list("learner_id", flat=True))
    take_turns(ids)
    told.delete()
    count_unread(ids)


@transaction.atomic
def switch(*, person: Any, off: set[tuple[str, str]]) -> None:
    """Let exactly the pairs (kind, channel) in ``off`` be off for ``person``; what waits for a mail goes with them."""
    NoticeOff.objects.filter(learner=person).delete()
    NoticeOff.objects.bulk_create(
        [NoticeOff(learner=person, kind=kind, channel=channel) for kind, channel in sorted(off)], ignore_conflicts=True
    )
    silent = [kind for kind, channel in off if channel == Channel.MAIL]
    Notice.objects.filter(learner=person, kind__in=silent, mailed_at=None).update(by_mail=False)


def kinds_for(person: Any) -> list[Kind]:
    """Return the kinds of notices that ``person`` may get: what waits for an answer concerns only who teaches."""
    teaches = Shelf.objects.of(person).exists()
    return [kind for kind in Kind if teaches or kind != Kind.WAITING]


def switched_off(person: Any) -> set[tuple[str, str]]:
    """Return the pairs (kind, channel) that ``person`` has switched off."""
    return set(NoticeOff.objects.owned_by(person).values_list("kind", "channel"))


def stop_mail(*, person: Any) -> None:
    """Send ``person`` no daily mail any more; what she sees in her list stays as it is."""
    switch(person=person, off=switched_off(person) | {(kind, Channel.MAIL.value) for kind in Kind.values})
