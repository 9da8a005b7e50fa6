"""The creator's own pages about her money."""

import csv
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from creators.models import Profile
from revenue import earnings, payout_methods
from revenue.errors import PayoutDetailsError
from revenue.explaining import explain
from revenue.forms import PayoutDetailsForm
from revenue.models import Payout, PayoutMethod, Statement
from revenue.models.payouts import RailName

PER_PAGE = 12
ROWS_PER_PAGE = 50
HIDE = "hide_amounts"


@never_cache
@login_required
@require_GET
def overview(request: HttpRequest) -> HttpResponse:
    """What is owed, what comes when, and her statements with a sentence each."""
    profile = Profile.objects.owned_by(request.user).defer("thumbnail").first()
    if profile is None:
        return render(request, "revenue/not_yet.html")
    method = PayoutMethod.objects.owned_by(request.user).current().first()
    hide = hides_amounts(request)
    page = Paginator(_with_facts(Statement.objects.owned_by(request.user)), PER_PAGE).get_page(request.GET.get("page"))
    explained = [explain(statement, method, hide_amounts=hide) for statement in page]
    context = {
        "profile": profile, "owed": earnings.owed_to(profile), "statements": explained, "page_obj": page,
        "method": method, "hide_amounts": hide,
    }  # fmt: skip
    return render(request, "revenue/earnings.html", context)


@never_cache
@login_required
@require_GET
def statement(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One month, line by line; each line opens to the videos beneath it and the agreement that decided it."""
    found = get_object_or_404(_with_facts(Statement.objects.visible_to(request.user)), pk=pk)
    method = PayoutMethod.objects.current().filter(creator=found.creator_id).first()
    hide = hides_amounts(request)
    context = {
        "statement": found, "lines": earnings.lines_shown(found), "hide_amounts": hide,
        "explained": explain(found, method, hide_amounts=hide),
        "crumbs": [(_("Earnings"), _earnings_url()), (str(found.period), "")],
    }  # fmt: skip
    return render(request, "revenue/statement.html", context)


@never_cache
@login_required
@require_GET
def statement_line(request: HttpRequest, pk: UUID, position: int) -> HttpResponse:
    """The platform's own rows beneath one line."""
    found = get_object_or_404(Statement.objects.visible_to(request.user).select_related("period", "creator"), pk=pk)
    line = get_object_or_404(found.lines.select_related("source", "agreement"), position=position, source__isnull=False)
    line.statement = found
    page = Paginator(earnings.rows_of_line(line), ROWS_PER_PAGE).get_page(request.GET.get("page"))
    crumbs = [(_("Earnings"), _earnings_url()), (str(found.period), found.get_absolute_url()), (line.source.name, "")]
    context = {
        "statement": found, "line": line, "page_obj": page, "crumbs": crumbs, "hide_amounts": hides_amounts(request)
    }  # fmt: skip
    return render(request, "revenue/statement_line.html", context)


@never_cache
@login_required
@require_GET
def statement_csv(request: HttpRequest, pk: UUID) -> StreamingHttpResponse:
    """Every row of a statement for a spreadsheet."""
    found = get_object_or_404(Statement.objects.visible_to(request.user).select_related("period"), pk=pk)
    response = StreamingHttpResponse(_csv(earnings.csv_rows(found)), content_type="text/csv; charset=utf-8")
    name = f"hearthlight-{found.period.code}-{found.currency}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def payout_details(request: HttpRequest) -> HttpResponse:
    """Where her money goes."""
    profile = get_object_or_404(Profile.objects.owned_by(request.user).defer("thumbnail"))
    method = PayoutMethod.objects.owned_by(request.user).current().first()
    form = PayoutDetailsForm(request.POST or None, method=method)
    if request.method == "POST" and form.is_valid():
        try:
            payout_methods.give_details(creator=profile, rail=RailName.BANK_FILE, payee=form.payee(), by=request.user)
        except PayoutDetailsError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Thank you. Your next payment goes to this account."))
            return redirect("revenue:earnings")
    crumbs = [(_("Earnings"), _earnings_url()), (_("Payout details"), "")]
    status = 422 if form.errors else 200
    return render(request, "revenue/payout.html", {"form": form, "method": method, "crumbs": crumbs}, status=status)


@login_required
@require_POST
def toggle_amounts(request: HttpRequest) -> HttpResponse:
    """Hide or show amounts on this device until she signs out."""
    request.session[HIDE] = not hides_amounts(request)
    return redirect("revenue:earnings")


def hides_amounts(request: HttpRequest) -> bool:
    """Say whether amounts are dots on this device; on a shared phone they are until she shows them."""
    return bool(request.session.get(HIDE, request.user.shared_phone))


def _with_facts(statements: Any) -> Any:
    return (
        statements.select_related("period", "creator")
        .defer("creator__thumbnail")
        .prefetch_related("holds", Prefetch("payouts", Payout.objects.select_related("method")))
    )


def _earnings_url() -> str:
    return reverse("revenue:earnings")


class _Echo:
    """Gives back what a csv writer writes."""

    def write(self, value: str) -> str:
        return value


def _csv(rows: Iterator[list[str]]) -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield "\ufeff"  # so that spreadsheets read UTF-8
    for row in rows:
        yield writer.writerow(row)
