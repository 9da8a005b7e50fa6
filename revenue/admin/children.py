"""What is set aside for children: the rules, the accounts, and the record of one creator."""

from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View

from creators.models import Profile
from revenue import audit, child_record, children
from revenue.admin.guards import PER_PAGE, FinanceAction, FinancePage, FinanceViewSet, GuardMixin, first_error
from revenue.audit import LookMixin
from revenue.child_forms import ChildRuleForm
from revenue.errors import NotReadyError
from revenue.models import ChildRule

RULE, SEE = "revenue.make_child_rule", "revenue.see_children"


class ChildrenView(LookMixin, FinancePage):
    """The rules, the creators for whose children something is set aside, and the form for another rule."""

    template_name = "revenue_admin/children.html"
    page_title = gettext_lazy("Set aside for children")
    header_icon = "lock"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        page = Paginator(children.sums_by_creator(), PER_PAGE).get_page(self.request.GET.get("p"))
        rules = ChildRule.objects.select_related("made_by")
        return super().get_context_data(sums=page, rules=rules, form=ChildRuleForm(prefix="rule"), **kwargs)


class MakeChildRule(FinanceAction):
    """Say what is set aside in a region from a day on."""

    permission = RULE

    def act(self, request: HttpRequest) -> str:
        form = ChildRuleForm(request.POST, prefix="rule")
        if not form.is_valid():
            raise NotReadyError(first_error(form))
        data = form.cleaned_data
        data["threshold_bps"], data["factor_bps"] = int(data.pop("threshold") * 100), int(data.pop("factor") * 100)
        children.make_rule(**data, by=request.user)
        return _("The rule is kept.")

    def back(self) -> str:
        return reverse("finance_children:index")


class Record(GuardMixin, View):
    """The record of one creator's children; that it was taken is noted."""

    permission = SEE
    http_method_names = ["get"]

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        profile = get_object_or_404(Profile.objects.defer("thumbnail"), pk=pk)
        audit.look(request, profile, "revenue.children_downloaded")
        return child_record.file_of(profile)


class ChildrenViewSet(FinanceViewSet):
    """Set aside for children."""

    name = "finance_children"
    url_prefix = "finance/children"
    icon = "lock"
    menu_label = gettext_lazy("Set aside for children")

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            path("", ChildrenView.as_view(), name="index"),
            path("rules/new/", MakeChildRule.as_view(), name="make_rule"),
            path("<uuid:pk>/record.csv", Record.as_view(), name="record_file"),
        ]
