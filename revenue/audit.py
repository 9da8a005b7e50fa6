"""Who saw and did what with money: the one way to write it down. Nothing here changes or takes away a row.

The rows are Wagtail's ``ModelLogEntry``; a trigger keeps those whose action begins with ``revenue.`` as they are
(:mod:`revenue.audit_triggers`). For that they name nobody: they hold keys, and who is meant is looked up when they are
read (:mod:`revenue.trail`), so that erasing a person needs to change none.
"""

from functools import reduce
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import BadRequest
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from wagtail.log_actions import log as keep_entry
from wagtail.models import ModelLogEntry

from creators.models import Channel, Profile
from revenue.models import (
    Child,
    Dispute,
    Payout,
    PayoutMethod,
    ShareAgreement,
    Statement,
    TaxRecord,
)

PREFIX = "revenue."
SEEN, EXPORTED = "revenue.seen", "revenue.exported"
# The way from what is one person's to her page.
OWNED = {
    Profile: "",
    Channel: "profile",
    Statement: "creator",
    Payout: "statement.creator",
    Dispute: "line.statement.creator",
    PayoutMethod: "creator",
    TaxRecord: "creator",
    Child: "creator",
    ShareAgreement: "creator",
}
# What was asked for is kept as it was chosen; words that somebody typed may name a person, so that they are not.
CHOSEN = frozenset(("p", "ordering", "export", "period", "state", "currency", "flag", "reason", "rail", "verdict"))
TYPED = "…"
MOST_ASKED, LONGEST = 12, 40


def log(instance: models.Model, action: str, *, user: Any, data: dict[str, Any] | None = None) -> None:
    """Write down a deed, in the transaction of the deed. Raises ValidationError for an action without a name."""
    keep_entry(instance, action, user=user, data=data, title=_label(instance))


def look(request: HttpRequest, instance: models.Model | None, action: str = SEEN, **data: Any) -> None:
    """Write down, with one INSERT, that somebody looks at ``instance`` (None: a list that is of no one month).

    To be called when she may see it and before she does: what cannot be written down is not shown. Her own money she
    looks at unwritten. Raises BadRequest for a page that a browser fetches ahead of time, which would otherwise be
    looked at later without a word.
    """
    if request.method == "HEAD" or owner_of(instance) == request.user.pk:
        return
    if request.headers.get("Sec-Purpose", "").startswith("prefetch"):
        raise BadRequest("What people earn is not fetched ahead of time.")
    page = request.resolver_match.view_name
    entry = ModelLogEntry(
        content_type=ContentType.objects.get_for_model(instance) if instance else None,
        object_id=str(instance.pk) if instance else "", label=_label(instance) if instance else page,
        action=action, user=request.user, timestamp=timezone.now(), data={"page": page, **_asked(request), **data},
    )  # fmt: skip
    ModelLogEntry.objects.bulk_create([entry])  # save() would ask whether the person and the kind are there


def owner_of(instance: models.Model | None) -> Any:
    """Return the key of the user whose money it is; None where it is not one person's."""
    profile = profile_of(instance)
    return profile and profile.user_id


def profile_of(instance: models.Model | None) -> Profile | None:
    """Return the creator whose money it is; None where it is not one person's."""
    way = OWNED.get(type(instance))
    return None if way is None else reduce(getattr, filter(None, way.split(".")), instance)


class LookMixin:
    """A page that shows what is people's: it is not answered without a row of who looks.

    ``shows`` names, in the page's context, what is looked at; a list names nothing. A table of it for a spreadsheet is
    a look too.
    """

    shows = ""

    def looked_at(self, context: dict[str, Any]) -> models.Model | None:
        """Return what is looked at; a list of one month returns the month."""
        return context[self.shows] if self.shows else None

    def render_to_response(self, context: dict[str, Any], **response_kwargs: Any) -> HttpResponse:
        look(self.request, self.looked_at(context), EXPORTED if getattr(self, "is_export", False) else SEEN)
        return super().render_to_response(context, **response_kwargs)


def _label(instance: models.Model) -> str:
    return f"{instance._meta.model_name} {instance.pk}"


def _asked(request: HttpRequest) -> dict[str, Any]:
    given = [(key, value) for key, value in request.GET.items() if value][:MOST_ASKED]
    asked = {key[:LONGEST]: value[:LONGEST] if key in CHOSEN else TYPED for key, value in given}
    return {"asked": asked} if asked else {}
