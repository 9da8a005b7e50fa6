"""The creator's own pages about her money."""

import csv
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from courses.fonts import FontsMissing
from creators.models import Profile
from revenue import audit, disputes, earnings, estimates, history, payout_methods, statement_files, taxes
from revenue.creator_forms import DisputeForm, PayoutDetailsForm
from revenue.errors import NotReadyError, PayoutDetailsError
from revenue.explaining import explain
from revenue.models import Dispute, Payout, PayoutMethod, Statement
from revenue.models.payouts import RailName

PER_PAGE = 12
ROWS_PER_PAGE = 50
DISPUTES_SHOWN = 5
CSV = "text/csv; charset=utf-8"
HIDE = "hide_amounts"
DETAILS_KEPT = gettext_lazy("Thank you. We have told you about it on every address and phone of yours.")


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
        "profile": profile, "owed": earnings.owed_to(profile), "estimates": estimates.estimates_for(profile),
        "statements": explained, "page_obj": page, "method": method, "hide_amounts": hide,
        "years": history.years(profile), "disputes": _latest_disputes(request),
        "tax": taxes.standing(profile), "shared": earnings.shared_channels(profile),
    }  # fmt: skip
    return render(request, "revenue/earnings.html", context)


@never_cache
@login_required
@require_GET
def statement(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One month, line by line; each line opens to the videos beneath it and the agreement that decided it."""
    found = get_object_or_404(_with_facts(Statement.objects.visible_to(request.user)), pk=pk)
    audit.look(request, found)
    method = PayoutMethod.objects.current().filter(creator=found.creator_id).first()
    hide = hides_amounts(request)
    context = {
        "statement": found, "lines": earnings.lines_shown(found), "hide_amounts": hide,
        "is_hers": found.creator.user_id == request.user.pk,
        "explained": explain(found, method, hide_amounts=hide), "comparison": history.compare(found),
        "crumbs": [(_("Earnings"), _earnings_url()), (str(found.period), "")],
    }  # fmt: skip
    return render(request, "revenue/statement.html", context)


@never_cache
@login_required
@require_GET
def statement_line(request: HttpRequest, pk: UUID, position: int) -> HttpResponse:
    """The platform's own rows beneath one line."""
    found = get_object_or_404(Statement.objects.visible_to(request.user).select_related("period", "creator"), pk=pk)
    lines = found.lines.select_related("source", "agreement", "sharing__channel")
    line = get_object_or_404(lines, position=position, source__isnull=False)
    audit.look(request, found, line=position)
    line.statement = found
    page = Paginator(earnings.rows_of_line(line), ROWS_PER_PAGE).get_page(request.GET.get("page"))
    shared = earnings.divide_rows(line, page.object_list)
    crumbs = [(_("Earnings"), _earnings_url()), (str(found.period), found.get_absolute_url()), (line.source.name, "")]
    context = {
        "statement": found, "line": line, "page_obj": page, "crumbs": crumbs, "hide_amounts": hides_amounts(request),
        "shared": shared,
    }  # fmt: skip
    return render(request, "revenue/statement_line.html", context)


@never_cache
@login_required
@require_GET
def statement_csv(request: HttpRequest, pk: UUID) -> StreamingHttpResponse:
    """Every row of a statement for a spreadsheet."""
    found = _to_keep(request, pk)
    response = StreamingHttpResponse(_csv(earnings.csv_rows(found)), content_type=CSV)
    return _as_file(request, response, found, "-rows.csv")


@never_cache
@login_required
@require_GET
def statement_lines_csv(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The lines of a statement for a spreadsheet."""
    found = _to_keep(request, pk)
    return _as_file(request, HttpResponse(statement_files.csv_text(found), content_type=CSV), found, ".csv")


@never_cache
@login_required
@require_GET
def statement_pdf(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A statement on paper, made now."""
    found = _to_keep(request, pk)
    try:
        content = statement_files.pdf_of(found)
    except FontsMissing:
        messages.info(request, _("The file cannot be made here. Use your browser's print instead."))
        return redirect(found)
    return _as_file(request, HttpResponse(content, content_type="application/pdf"), found, ".pdf")


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def dispute(request: HttpRequest, pk: UUID, position: int) -> HttpResponse:
    """Where she says that a line is wrong; only she can."""
    found = get_object_or_404(Statement.objects.owned_by(request.user).select_related("period", "creator"), pk=pk)
    line = get_object_or_404(found.lines.select_related("source"), position=position)
    line.statement = found
    form = DisputeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            disputes.dispute_line(line=line, by=request.user, **form.cleaned_data)
        except NotReadyError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Thank you. A person looks at it, and the answer will stand with the line."))
            return redirect(found)
    crumbs = [(_("Earnings"), _earnings_url()), (str(found.period), found.get_absolute_url()), (_("Your question"), "")]
    context = {"statement": found, "line": line, "form": form, "crumbs": crumbs}
    context["hide_amounts"] = hides_amounts(request)
    return render(request, "revenue/dispute.html", context, status=422 if form.errors else 200)


@never_cache
@login_required
@require_GET
def payout_details(request: HttpRequest) -> HttpResponse:
    """Where her money goes, and whether a change can still be taken back."""
    get_object_or_404(Profile.objects.owned_by(request.user).defer("thumbnail"))
    method = PayoutMethod.objects.owned_by(request.user).current().first()
    crumbs = [(_("Earnings"), _earnings_url()), (_("Payout details"), "")]
    context = {"method": method, "has_stripe": bool(settings.STRIPE_SECRET_KEY), "crumbs": crumbs}
    return render(request, "revenue/payout.html", context)


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def change_payout_details(request: HttpRequest) -> HttpResponse:
    """The form for new details, once she has proved that it is she."""
    profile = get_object_or_404(Profile.objects.owned_by(request.user).defer("thumbnail"))
    if asked := ask_who_she_is(request):
        return asked
    method = PayoutMethod.objects.owned_by(request.user).current().first()
    form = PayoutDetailsForm(request.POST or None, method=method)
    if request.method == "POST" and form.is_valid():
        try:
            payout_methods.give_details(creator=profile, rail=RailName.BANK_FILE, payee=form.payee(), by=request.user)
        except PayoutDetailsError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, DETAILS_KEPT)
            return redirect("revenue:payout_details")
    crumbs = [
        (_("Earnings"), _earnings_url()), (_("Payout details"), reverse("revenue:payout_details")), (_("Change"), ""),
    ]  # fmt: skip
    context = {"form": form, "method": method, "days": settings.REVENUE_DETAILS_HOLD_DAYS, "crumbs": crumbs}
    return render(request, "revenue/payout_change.html", context, status=422 if form.errors else 200)


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def take_back_payout_details(request: HttpRequest) -> HttpResponse:
    """Take a change back. A GET, which is how she comes back from proving that it is she, shows the button again."""
    profile = get_object_or_404(Profile.objects.owned_by(request.user).defer("thumbnail"))
    if asked := ask_who_she_is(request):
        return asked
    if request.method == "POST":
        try:
            before = payout_methods.take_back(creator=profile, by=request.user)
        except NotReadyError as error:
            messages.error(request, str(error))
        else:
            messages.success(
                request,
                _("Your money goes to %(account)s, as before.") % {"account": before.masked}
                if before
                else _("The change is taken back. We do not know yet where to send your money."),
            )
    return redirect("revenue:payout_details")


@login_required
@require_POST
def toggle_amounts(request: HttpRequest) -> HttpResponse:
    """Hide or show amounts on this device until she signs out."""
    request.session[HIDE] = not hides_amounts(request)
    return redirect("revenue:earnings")


def _to_keep(request: HttpRequest, pk: UUID) -> Statement:
    statements = Statement.objects.visible_to(request.user).select_related("period", "creator")
    return get_object_or_404(statements.defer("creator__thumbnail"), pk=pk)


def _as_file(request: HttpRequest, response: Any, found: Statement, ending: str) -> Any:
    """Give ``response`` its name; when the statement is not her own, that she takes it along is noted."""
    audit.look(request, found, "revenue.statement_downloaded", file=request.path.rpartition("/")[2])
    name = f"hearthlight-{found.period.code}-{found.currency}{ending}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def hides_amounts(request: HttpRequest) -> bool:
    """Say whether amounts are dots on this device; on a shared phone they are until she shows them."""
    return bool(request.session.get(HIDE, request.user.shared_phone))


def _with_facts(statements: Any) -> Any:
    return (
        statements.select_related("period", "creator", "needs_form", "tax_record")
        .defer("creator__thumbnail")
        .prefetch_related("holds", Prefetch("payouts", Payout.objects.select_related("method")))
    )


def _latest_disputes(request: HttpRequest) -> Any:
    hers = Dispute.objects.owned_by(request.user).select_related("line__source", "line__statement__period")
    return hers[:DISPUTES_SHOWN]


def ask_who_she_is(request: HttpRequest) -> HttpResponse | None:
    """Return where she proves that it is she, or None when she did so lately."""
    return import_string(settings.PERSON_PROOF)(request)


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
