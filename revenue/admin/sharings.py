"""Shared channels: who has which part. Nothing is edited; one is ended, and another begins."""

from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from revenue import sharing
from revenue.admin.guards import PER_PAGE, FinanceAction, FinancePage, FinanceViewSet, first_error
from revenue.audit import LookMixin
from revenue.errors import NotReadyError
from revenue.models import ChannelSharing
from revenue.months import parse_month
from revenue.sharing_forms import SharingForm

SHARE = "revenue.share_channel"


class SharingsView(LookMixin, FinancePage):
    """Every channel that is or was shared, the newest first, and the form for another."""

    template_name = "revenue_admin/sharings.html"
    page_title = gettext_lazy("Shared channels")
    header_icon = "group"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = ChannelSharing.objects.select_related("channel", "made_by").prefetch_related("parts__creator")
        page = Paginator(found, PER_PAGE).get_page(self.request.GET.get("p"))
        return super().get_context_data(sharings=page, form=SharingForm(prefix="sharing"), **kwargs)


class SharingAction(FinanceAction):
    """Something done on that page."""

    permission = SHARE

    def back(self, **kwargs: Any) -> str:
        return reverse("finance_sharings:index")


class ShareChannel(SharingAction):
    """Say who shares a channel from a month on."""

    def act(self, request: HttpRequest) -> str:
        form = SharingForm(request.POST, prefix="sharing")
        if not form.is_valid():
            raise NotReadyError(first_error(form))
        data = form.cleaned_data
        made = sharing.share_channel(
            channel=data["found"], others=data["others"], start=data["month"], note=data["note"], by=request.user
        )
        return _("“%(channel)s” is shared from %(month)s on. Everybody who has a part is told.") % {
            "channel": made.channel, "month": f"{data['month']:%Y-%m}",
        }  # fmt: skip


class EndSharing(SharingAction):
    """The end of one."""

    def act(self, request: HttpRequest, pk: UUID) -> str:
        found = get_object_or_404(ChannelSharing.objects.select_related("channel__profile"), pk=pk)
        end = parse_month(request.POST.get("month", ""))
        sharing.end_sharing(sharing=found, end=end, by=request.user)
        return _("It ends before %(month)s. Everybody who has a part is told.") % {"month": f"{end:%Y-%m}"}


class SharingViewSet(FinanceViewSet):
    """Shared channels."""

    name = "finance_sharings"
    url_prefix = "finance/shared-channels"
    icon = "group"
    menu_label = gettext_lazy("Shared channels")

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            path("", SharingsView.as_view(), name="index"),
            path("new/", ShareChannel.as_view(), name="share"),
            path("<uuid:pk>/end/", EndSharing.as_view(), name="end_sharing"),
        ]
