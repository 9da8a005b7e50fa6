"""Exchange rates, and money that arrived in another currency than was owed. Nothing is edited."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from revenue import exchange
from revenue.admin.guards import PER_PAGE, FinanceAction, FinancePage, FinanceViewSet, first_error
from revenue.errors import NotReadyError
from revenue.exchange_forms import ArrivalForm, RateForm
from revenue.models import Exchange, ExchangeRate
from revenue.showing import money


class ExchangeView(FinancePage):
    """What arrived in another currency, the rates, and the forms for both."""

    template_name = "revenue_admin/exchange.html"
    page_title = gettext_lazy("Currencies")
    header_icon = "globe"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        exchanges = Paginator(Exchange.objects.select_related("source", "rate"), PER_PAGE)
        rates = ExchangeRate.objects.select_related("made_by")[:PER_PAGE]
        return super().get_context_data(
            exchanges=exchanges.get_page(self.request.GET.get("p")), rates=rates,
            rate_form=RateForm(prefix="rate"), arrival_form=ArrivalForm(prefix="arrival"), **kwargs,
        )  # fmt: skip


class ExchangeAction(FinanceAction):
    """Something done on that page."""

    permission = exchange.PERMISSION

    def back(self, **kwargs: Any) -> str:
        return reverse("finance_exchange:index")


class KeepRate(ExchangeAction):
    """Write down a rate."""

    def act(self, request: HttpRequest) -> str:
        form = RateForm(request.POST, prefix="rate")
        if not form.is_valid():
            raise NotReadyError(first_error(form))
        data = form.cleaned_data
        rate = exchange.keep_rate(rate_nanos=data.pop("rate"), **data, by=request.user)
        return _("Written down: %(rate)s.") % {"rate": rate}


class RecordArrival(ExchangeAction):
    """Write down money that arrived in another currency."""

    def act(self, request: HttpRequest) -> str:
        form = ArrivalForm(request.POST, prefix="arrival")
        if not form.is_valid():
            raise NotReadyError(first_error(form))
        made = exchange.record_arrival(**form.cleaned_data, by=request.user)
        gain = money(made.gain, made.rate.quote)
        return _("Written down. Gain or loss by the rate: %(gain)s.") % {"gain": gain}


class ExchangeViewSet(FinanceViewSet):
    """Currencies."""

    name = "finance_exchange"
    url_prefix = "finance/currencies"
    icon = "globe"
    menu_label = gettext_lazy("Currencies")

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            path("", ExchangeView.as_view(), name="index"),
            path("rates/new/", KeepRate.as_view(), name="rate"),
            path("arrivals/new/", RecordArrival.as_view(), name="arrival"),
        ]
