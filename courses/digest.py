"""One mail a day at most with what is new, by day in her own time zone, and the way out of it."""

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta
from smtplib import SMTPRecipientsRefused
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core import signing
from django.core.mail import EmailMessage, get_connection
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from courses.days import by_day, named_zone, today_of
from courses.models import Digest, Notice
from courses.notices import stop_mail

logger = logging.getLogger(__name__)
KEEPS = timedelta(days=7)  # what is older is no news
SETTLES = timedelta(minutes=30)  # so that what happens together comes in one mail, and what she reads at once in none
LINES = 10
SALT = "courses.digest"


def send_due(now: datetime | None = None) -> int:
    """Send every mail that is due; return how many. Twice at once is harmless, and one that fails holds up no other.

    When the mail server is away, the rest waits for the next turn.
    """
    now = now or timezone.now()
    sent, connection = 0, get_connection()
    try:
        for person_id in _people_due(now):
            connection.open()
            sent += _send_digest(person_id, now, connection)
    except OSError:  # SMTP's errors are its kinds
        logger.exception("The mail server is away; the mail of the day waits")
    finally:
        connection.close()
    return sent


def _waiting(now: datetime) -> QuerySet[Notice]:
    return Notice.objects.filter(
        by_mail=True, mailed_at=None, read_at=None, made_at__range=(now - KEEPS, now - SETTLES)
    )


def _people_due(now: datetime) -> Iterator[int]:
    """Yield those for whom something waits, who have proved an address and have day, and no mail of that day yet."""
    proved = Exists(EmailAddress.objects.filter(user=OuterRef("pk"), email=OuterRef("email"), verified=True))
    waits = Exists(_waiting(now).filter(learner=OuterRef("pk")))
    people = get_user_model().objects.filter(waits, proved, is_active=True, erased_at=None)
    for name in people.order_by().values_list("time_zone", flat=True).distinct():
        local = now.astimezone(named_zone(name))
        if by_day(local):
            had = Exists(Digest.objects.filter(learner=OuterRef("pk"), day=local.date()))
            yield from people.filter(~had, time_zone=name).order_by("pk").values_list("pk", flat=True)


def _send_digest(person_id: int, now: datetime, connection: Any) -> bool:
    """Send the mail of her day; say whether it was sent now. No transaction is open while the mail server is asked.

    A mail that failed is tried again; one to an address that takes none is not, and what it said stands in her list.
    """
    person = get_user_model().objects.get(pk=person_id)
    claimed = _claim(person, now)
    if not claimed:
        return False
    with translation.override(person.language):
        message = _message(person, claimed)
    try:
        connection.send_messages([message])
    except SMTPRecipientsRefused:
        logger.warning("The address of user %s takes no mail", person.pk)
        return False
    except OSError:
        logger.exception("The mail of the day could not be sent: user %s", person.pk)
        _give_back(person, claimed, now)
        connection.close()  # a new one for the next person
        return False
    return True


@transaction.atomic
def _claim(person: Any, now: datetime) -> list[Notice]:
    """Return what the mail of her day says, ours to send; nothing when another worker has it."""
    waiting = list(_waiting(now).filter(learner=person).order_by("made_at"))
    if not waiting:
        return []
    _digest, is_ours = Digest.objects.get_or_create(
        learner=person, day=today_of(person, now), defaults={"sent_at": now}
    )
    if not is_ours:
        return []
    Notice.objects.filter(pk__in=[notice.pk for notice in waiting]).update(mailed_at=now)
    return waiting


@transaction.atomic
def _give_back(person: Any, claimed: list[Notice], now: datetime) -> None:
    Notice.objects.filter(pk__in=[notice.pk for notice in claimed]).update(mailed_at=None)
    Digest.objects.filter(learner=person, day=today_of(person, now)).delete()


def _message(person: Any, waiting: list[Notice]) -> EmailMessage:
    """Return the mail. Its subject says nothing to whoever looks over her shoulder."""
    site = settings.SITE_URL.rstrip("/")
    stop = site + reverse("courses:stop_mail", args=[signing.dumps(person.username, salt=SALT)])
    lines = list(dict.fromkeys(notice.words_for(person) for notice in waiting))
    context = {
        "person": person,
        "lines": lines[:LINES],
        "more": max(0, len(lines) - LINES),
        "address": site + reverse("courses:notices"),
        "stop": stop,
    }
    return EmailMessage(
        _("Something new for you"),
        render_to_string("courses/email/digest.txt", context),
        to=[person.email],
        headers={  # RFC 8058: the mail program's own button
            "List-Unsubscribe": f"<{stop}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        },
    )


def stop_by_token(token: str) -> bool:
    """Send no daily mail any more to whom ``token`` was given in one; False for a token that we did not give."""
    person = _person_of(token)
    if person is not None:
        stop_mail(person=person)
    return person is not None


def is_ours(token: str) -> bool:
    """Say whether ``token`` stood in a mail of ours to somebody who is still here."""
    return _person_of(token) is not None


def _person_of(token: str) -> Any:
    try:
        username = signing.loads(token, salt=SALT)
    except signing.BadSignature:
        return None
    return get_user_model().objects.filter(username=username).first()
