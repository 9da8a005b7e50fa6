"""Who saw and did what with money, all of it; read by those who approve and administer, changed by nobody."""

import json
from functools import cache
from typing import Any

import django_filters
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.filters import DateRangePickerWidget, WagtailFilterSet
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.log_actions import registry
from wagtail.models import ModelLogEntry

from revenue import audit, trail
from revenue.admin.guards import BooksMenuItem, FinanceListing, FinanceViewSet
from revenue.models import BankFile, Dispute, JournalEntry, Payout, Report, Statement

PAGES = {
    Statement: "finance_statements:statement",
    Payout: "finance_payouts:payout",
    Dispute: "finance_disputes:dispute",
    Report: "finance_reports:report",
    BankFile: "finance_bank:file",
    JournalEntry: "finance_journal:entry",
}


def actions() -> list[tuple[str, Any]]:
    """Return what is seen and done with money, with the words for it."""
    return [(action, label) for action, label in registry.get_choices() if action.startswith(audit.PREFIX)]


class TrailFilters(WagtailFilterSet):
    """Who, what, when, and whose."""

    who = django_filters.CharFilter(
        label=gettext_lazy("Who"), method="by", help_text=gettext_lazy("Her whole name, e-mail address or phone."),
    )  # fmt: skip
    whose = django_filters.CharFilter(
        label=gettext_lazy("Whose"), method="about",
        help_text=gettext_lazy("Her whole name, or the end of her page's address."),
    )  # fmt: skip
    action = django_filters.ChoiceFilter(label=gettext_lazy("What"), choices=actions)
    timestamp = django_filters.DateFromToRangeFilter(label=gettext_lazy("When"), widget=DateRangePickerWidget)

    class Meta:
        model = ModelLogEntry
        fields = ["who", "whose", "action", "timestamp"]

    def by(self, entries: QuerySet[ModelLogEntry], _name: str, words: str) -> QuerySet[ModelLogEntry]:
        """Keep what one person saw and did."""
        return entries.filter(user__in=trail.people_called(words))

    def about(self, entries: QuerySet[ModelLogEntry], _name: str, words: str) -> QuerySet[ModelLogEntry]:
        """Keep what is about one creator's money."""
        return entries.filter(trail.about_people(trail.creators_called(words)))


def page_of(line: trail.Line) -> str | None:
    """Return the address of what a row is about, where finance has a page for it."""
    name = PAGES.get(type(line.instance))
    return reverse(name, args=[line.instance.pk]) if name else None


def place_of(line: trail.Line) -> str:
    """Return the name of the list or page on which it was seen."""
    return str(_places().get(line.entry.data.get("page", "").partition(":")[0], ""))


@cache
def _places() -> dict[str, Any]:
    return {kind.name: kind.menu_label for kind in FinanceViewSet.__subclasses__()} | {
        "revenue": gettext_lazy("As the creator sees it")
    }


def about(line: trail.Line) -> str:
    """Return the name of the one thing it is about, or of the list that was looked at."""
    return line.about or _("List: %(list)s") % {"list": place_of(line)}


def when(line: trail.Line) -> str:
    """Return the moment, in the reader's time."""
    return date_format(timezone.localtime(line.entry.timestamp), "SHORT_DATETIME_FORMAT")


class TrailListing(FinanceListing):
    """Every look and every deed, the newest first. Looking at it is not written down; taking it along is."""

    permission = trail.PERMISSION
    any_permission_required = None  # the rows are Wagtail's, the permission above is ours
    model = ModelLogEntry
    page_title = gettext_lazy("Who saw and did what")
    header_icon = "history"
    index_url_name = "finance_trail:index"
    index_results_url_name = "finance_trail:index_results"
    filterset_class = TrailFilters
    default_ordering = "-timestamp"
    columns = [
        TitleColumn("about", label=gettext_lazy("What it is about"), accessor=about, get_url=page_of),
        Column("when", label=gettext_lazy("When"), accessor=when, sort_key="timestamp"),
        Column("who", label=gettext_lazy("Who")),
        Column("what", label=gettext_lazy("What")),
        Column("whose", label=gettext_lazy("Whose")),
        Column("place", label=gettext_lazy("Where"), accessor=place_of),
    ]
    export_filename = "who-saw-and-did-what"
    export_headings = {
        "when": gettext_lazy("When"),
        "who": gettext_lazy("Who"),
        "what": gettext_lazy("What"),
        "whose": gettext_lazy("Whose"),
        "about": gettext_lazy("What it is about"),
        "place": gettext_lazy("Where"),
        "key": gettext_lazy("Key"),
        "data": gettext_lazy("Details"),
    }
    list_export = list(export_headings)

    @cached_property
    def no_results_message(self) -> str:
        """Say in our words that there is nothing; Wagtail has only the name of its model."""
        if self.is_filtering:
            return _("Nothing was seen or done that fits these filters.")
        return _("Nobody has looked at money or done anything with it yet.")

    def get_base_queryset(self) -> QuerySet[ModelLogEntry]:
        return trail.entries()

    def order_queryset(self, queryset: QuerySet[ModelLogEntry]) -> QuerySet[ModelLogEntry]:
        sign = "" if self.ordering == "timestamp" else "-"
        return queryset.order_by(f"{sign}timestamp", f"{sign}pk")

    def get_table(self, object_list: QuerySet[ModelLogEntry]) -> Any:
        return super().get_table(list(trail.told(object_list)))

    def render_to_response(self, context: dict[str, Any], **response_kwargs: Any) -> HttpResponse:
        if self.is_export:
            audit.look(self.request, None, audit.EXPORTED)
        return super().render_to_response(context, **response_kwargs)

    def as_spreadsheet(self, queryset: QuerySet[ModelLogEntry], spreadsheet_format: str) -> HttpResponse:
        return super().as_spreadsheet(trail.told(queryset.iterator(chunk_size=trail.CHUNK)), spreadsheet_format)

    def to_row_dict(self, item: trail.Line) -> dict[str, Any]:
        """Return a row as a spreadsheet has it: the moment in UTC, and what the row itself holds."""
        return {
            "when": item.entry.timestamp.isoformat(), "who": item.who, "what": item.what, "whose": item.whose,
            "about": about(item), "place": place_of(item), "key": item.entry.label,
            "data": json.dumps(item.entry.data, ensure_ascii=False),
        }  # fmt: skip


class TrailMenuItem(BooksMenuItem):
    """Shown to those who may read it."""

    def is_shown(self, request: HttpRequest) -> bool:
        return request.user.has_perm(trail.PERMISSION)


class TrailViewSet(FinanceViewSet):
    """Who saw and did what."""

    name = "finance_trail"
    url_prefix = "finance/trail"
    icon = "history"
    menu_label = gettext_lazy("Who saw and did what")
    menu_item_class = TrailMenuItem

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            path("", TrailListing.as_view(), name="index"),
            path("results/", TrailListing.as_view(results_only=True), name="index_results"),
        ]
