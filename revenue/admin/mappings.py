"""Teaching a source how its files are read, with a file beside it: choose, try, save."""

import re
from itertools import islice
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages

from revenue.admin.guards import FinancePage
from revenue.audit import LookMixin
from revenue.errors import UnreadableReportError
from revenue.importing import mapping as mappings
from revenue.importing import reading, runs
from revenue.importing.decoding import records
from revenue.importing.preview import how_to_read
from revenue.models import Report
from revenue.models.imports import RunKind
from revenue.models.sources import ReportState
from revenue.money import is_currency
from revenue.sources import teach

IMPORT = "revenue.import_report"
REPORTS = (gettext_lazy("Platform reports"), "finance_reports:index")
FIELDS = {
    "channel": gettext_lazy("channel"),
    "amount": gettext_lazy("amount"),
    "date": gettext_lazy("date"),
    "currency": gettext_lazy("currency"),
    "platform": gettext_lazy("platform"),
    "adjustment": gettext_lazy("kind of adjustment"),
    "country": gettext_lazy("country"),
    "video": gettext_lazy("id of the video"),
    "title": gettext_lazy("title of the video"),
}
WORDS = ("totals", "lifetime", "blanks")
ROWS_TRIED = 15
SAMPLES = 3
_IN_CURRENCY = re.compile(r"\(([A-Za-z]{3})\)")


class MappingView(LookMixin, FinancePage):
    """The columns of one file, what each of them is, and what the first rows mean then."""

    permission, shows = IMPORT, "report"
    template_name = "revenue_admin/mapping.html"
    page_title = gettext_lazy("How this file is read")
    header_icon = "table"
    parents = [REPORTS]

    def get_context_data(self, pk: UUID, spec: dict[str, Any] | None = None, **kwargs: Any) -> dict[str, Any]:
        report = _waiting(pk)
        spec = spec or report.source.mapping.spec
        columns, unreadable = _columns(report, spec)
        return super().get_context_data(
            report=report, spec=spec, columns=columns, unreadable=unreadable, fields=FIELDS, dates=mappings.DATES,
            numbers=mappings.NUMBERS, words={name: ", ".join(spec[name]) for name in WORDS}, **kwargs,
        )  # fmt: skip

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        report = _waiting(pk)
        spec = None
        try:
            spec = _asked(request.POST, report)
            if request.POST.get("do") == "save":
                teach(source=report.source, spec=spec, by=request.user)
                runs.ask(report=report, kind=RunKind.LOOK, by=request.user)
                messages.success(request, _("Saved as a new version. The file is looked at again."))
                return redirect("finance_reports:report", report.pk)
            tried = _tried(report, spec)
        except UnreadableReportError as error:
            tried = {"problem": str(error)}
        return self.render_to_response(self.get_context_data(pk=pk, spec=spec, tried=tried))


def _waiting(pk: UUID) -> Report:
    found = Report.objects.filter(state=ReportState.WAITING).select_related("source__mapping", "mapping", "period")
    return get_object_or_404(found, pk=pk)


def _first_rows(report: Report, count: int) -> list[list[str]]:
    with report.file.open("rb") as stream:
        return [cells for _line, cells in islice(records(stream), count)]


def _columns(report: Report, spec: dict[str, Any]) -> tuple[list[dict[str, Any]], str]:
    """Return each column with its first cells and what it is now; and why the file cannot be read, if it cannot."""
    try:
        header, *rows = _first_rows(report, 1 + SAMPLES)
    except (UnreadableReportError, ValueError) as error:
        return [], str(error) or _("This file is empty.")
    meant = {name: field for field, names in spec["columns"].items() for name in names}
    known = {**dict.fromkeys(spec["unused"], ""), **meant}
    columns = []
    for place, name in enumerate(map(mappings.tidy, header)):
        general = _general(name)
        chosen = next(
            (field for known_name, field in known.items() if known_name.casefold() == general.casefold()), None
        )
        cells = [row[place][:40] for row in rows if place < len(row)]
        columns.append({"name": name, "chosen": chosen, "cells": cells})
    return columns, ""


def _asked(data: Any, report: Report) -> dict[str, Any]:
    """Return the mapping of the source with what was chosen for the columns of this file."""
    spec = {**report.source.mapping.spec}
    columns = {field: list(names) for field, names in spec["columns"].items()}
    unused = list(spec["unused"])
    header = next(iter(_first_rows(report, 1)), [])
    for place, name in enumerate(header):
        general, chosen = _general(mappings.tidy(name)), data.get(f"column-{place}", "")
        for names in (*columns.values(), unused):
            names[:] = [known for known in names if known.casefold() != general.casefold()]
        if chosen in FIELDS:
            columns.setdefault(chosen, []).insert(0, general)
        elif general:
            unused.append(general)
    spec |= {"columns": {field: names for field, names in columns.items() if names}, "unused": unused}
    spec |= {name: [word.strip() for word in data.get(name, "").split(",")] if data.get(name) else [] for name in WORDS}
    spec |= {"numbers": data.get("numbers"), "dates": data.getlist("dates"), "sign": -1 if data.get("sign") else 1}
    return spec | {"control": mappings.TOTAL_ROW if data.get("control") else mappings.NO_CONTROL}


def _tried(report: Report, spec: dict[str, Any]) -> dict[str, Any]:
    """Read the first rows with ``spec``. Raises UnreadableReportError."""
    report.mapping.spec = spec  # of this copy alone; a stored mapping cannot be changed
    survey = reading.Survey()
    with report.file.open("rb") as stream:
        rows = list(islice(reading.rows(stream, how_to_read(report), survey), ROWS_TRIED))
    return {"rows": rows, "bad_rows": survey.bad_rows[:ROWS_TRIED], "currency": survey.currency}


def _general(name: str) -> str:
    """Return a header with ``{currency}`` in place of the code it names."""
    return _IN_CURRENCY.sub(lambda match: "({currency})" if is_currency(match[1].upper()) else match[0], name)
