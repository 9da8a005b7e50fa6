"""Reading who saw and did what with money: by person, by statement, and with the names that the rows leave out."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, NamedTuple

from django.contrib.auth import get_user_model
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q, QuerySet
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from wagtail.models import ModelLogEntry

from creators.models import Channel, Profile
from revenue import audit
from revenue.models import BankFile, ChannelSharing, Dispute, Payout, Report, Statement

PERMISSION = "revenue.see_trail"
CHUNK = 500
# What the name of a row asks for beside the way to whose it is, and the large columns it leaves where they are.
JOINED = {Statement: ["period"], Payout: ["statement__period"], Channel: ["profile"], ChannelSharing: ["channel"]}
LEFT = {BankFile: ["content"], Report: ["look"]}


class Line(NamedTuple):
    """A row of the trail as a person reads it."""

    entry: ModelLogEntry
    who: str
    what: str
    whose: str
    about: str
    instance: models.Model | None


def entries() -> QuerySet[ModelLogEntry]:
    """Return the whole trail, the newest first."""
    return ModelLogEntry.objects.filter(action__startswith=audit.PREFIX).select_related("user")


def about_statement(statement: Statement) -> QuerySet[ModelLogEntry]:
    """Return what was seen and done of one statement, its payouts and what was disputed in it."""
    disputes = statement.lines.filter(disputes__isnull=False).values_list("disputes", flat=True)
    return entries().filter(
        _of(Statement, [statement.pk]) | _of(Payout, statement.payouts.values_list("pk", flat=True))
        | _of(Dispute, disputes)
    )  # fmt: skip


def about_people(people: Iterable[Profile]) -> Q:
    """Return the condition for what is of ``people``; looks at lists are of nobody. One query for each kind."""
    people = list(people)
    found = _of(Profile, [one.pk for one in people])
    for model, way in audit.OWNED.items():
        if way:
            owned = model._default_manager.filter(**{f"{way.replace('.', '__')}__in": people})
            found |= _of(model, owned.order_by().values_list("pk", flat=True))
    shared = ChannelSharing.objects.filter(parts__creator__in=people).order_by()
    return found | _of(ChannelSharing, shared.values_list("pk", flat=True).distinct())


def people_called(words: str) -> QuerySet[Any]:
    """Return who has exactly this name, address or phone."""
    people = get_user_model().objects
    return people.filter(Q(public_name__iexact=words) | Q(email__iexact=words) | Q(phone=words))


def creators_called(words: str) -> QuerySet[Profile]:
    """Return the creators with exactly this name, or whose page's address ends with it."""
    return Profile.objects.filter(Q(slug=words) | Q(display_name__iexact=words)).only("pk")


def told(found: Iterable[ModelLogEntry]) -> Iterator[Line]:
    """Yield the rows with the names that belong to them now; a few queries for each ``CHUNK``."""
    rest = iter(found)
    while chunk := list(islice(rest, CHUNK)):
        instances = _instances(chunk)
        for entry in chunk:
            yield _told(entry, instances.get((entry.content_type_id, entry.object_id)))


def _told(entry: ModelLogEntry, instance: models.Model | None) -> Line:
    about = entry.label if entry.object_id else ""  # a look at a list
    if instance:
        about = f"{capfirst(instance._meta.verbose_name)}: {instance}"
    return Line(
        entry, str(entry.user or _("the site itself")), str(entry.message), str(audit.profile_of(instance) or ""),
        about, instance,
    )  # fmt: skip


def _of(model: type[models.Model], keys: Iterable[Any]) -> Q:
    content_type = ContentType.objects.get_for_model(model)
    return Q(content_type=content_type, object_id__in=[str(key) for key in keys])


def _instances(chunk: list[ModelLogEntry]) -> dict[tuple[int, str], models.Model]:
    keys: dict[int, set[str]] = {}
    for entry in chunk:
        if entry.content_type_id:
            keys.setdefault(entry.content_type_id, set()).add(entry.object_id)
    found = {}
    for kind, ids in keys.items():
        model = ContentType.objects.get_for_id(kind).model_class()
        rows = _with_names(model).in_bulk(ids) if model else {}
        found |= {(kind, str(key)): row for key, row in rows.items()}
    return found


def _with_names(model: type[models.Model]) -> QuerySet[Any]:
    way = audit.OWNED.get(model, "").replace(".", "__")
    joined = [*JOINED.get(model, []), *filter(None, [way])]
    left = [f"{way}__thumbnail" if way else "thumbnail"] if model in audit.OWNED else LEFT.get(model, [])
    rows = model._default_manager.defer(*left)
    return rows.select_related(*joined) if joined else rows
