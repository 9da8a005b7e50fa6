"""What every finance view is made from: nobody gets in without the permission the view names."""

from collections.abc import Iterator
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import Promise
from django.views.generic import TemplateView, View
from wagtail.admin import messages
from wagtail.admin.menu import MenuItem
from wagtail.admin.views import generic
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.viewsets.base import ViewSet

from courses.spreadsheets import harmless
from revenue.errors import RevenueError
from revenue.policies import VIEW_BOOKS

PER_PAGE = 50


class GuardMixin:
    """Asks for ``permission`` before anything else happens."""

    permission = VIEW_BOOKS

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not (request.user.is_active and request.user.has_perm(self.permission)):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)


class FinanceListing(GuardMixin, generic.IndexView):
    """A read-only list. In a spreadsheet of it words are made harmless; numbers stay numbers."""

    any_permission_required = ["view"]
    paginate_by = PER_PAGE
    list_export: list[str] = []
    custom_value_preprocess = {str: dict.fromkeys(("csv", "xlsx"), harmless)}

    def get_edit_url(self, instance: Any) -> str | None:
        return None

    def get_list_more_buttons(self, instance: Any) -> list[Any]:
        return []

    def stream_csv(self, queryset: Any) -> Iterator[str]:
        """Begin with a mark by which spreadsheets know the letters."""
        yield "\ufeff"
        yield from super().stream_csv(queryset)


class FinancePage(GuardMixin, WagtailAdminTemplateMixin, TemplateView):
    """A page of ours in the admin's frame. ``parents`` are (label, name of an address) above it."""

    parents: list[tuple[str | Promise, str]] = []

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        above = [{"url": reverse(name), "label": label} for label, name in self.parents]
        return [*self.breadcrumbs_items, *above, {"url": "", "label": self.get_page_title()}]


class FinanceAction(GuardMixin, View):
    """A POST that does one thing, says what happened, and leads back."""

    http_method_names = ["post"]

    def act(self, request: HttpRequest, **kwargs: Any) -> str:
        """Do it and return the sentence to show. Raises RevenueError with the sentence that says why not."""
        raise NotImplementedError

    def back(self, **kwargs: Any) -> str:
        """Return the address to go on to."""
        raise NotImplementedError

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponseRedirect:
        try:
            messages.success(request, self.act(request, **kwargs))
        except RevenueError as error:
            messages.error(request, str(error))
        return redirect(self.back(**kwargs))


class BooksMenuItem(MenuItem):
    """Shown to those who may see the books; the views themselves are what protects."""

    def is_shown(self, request: HttpRequest) -> bool:
        return request.user.has_perm(VIEW_BOOKS)


class FinanceViewSet(ViewSet):
    """Pages about one noun."""

    menu_item_class = BooksMenuItem


def first_error(form: Any) -> str:
    """Return what is wrong with a form as one sentence that names the field."""
    name, errors = next(iter(form.errors.items()))
    label = form.fields[name].label if name in form.fields else ""
    return f"{label}: {errors[0]}"
