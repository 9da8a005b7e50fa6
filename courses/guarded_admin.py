"""Rows of several shelves in the Wagtail admin: who comes in, and that every view fetches what the user may see."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from wagtail.admin.menu import MenuItem
from wagtail.snippets.views.snippets import DeleteView, EditView, HistoryView, SnippetViewSet, UsageView


def has_teaching_work(user: Any) -> bool:
    """Say whether ``user`` looks after any course at all."""
    return user.is_active and (user.is_superuser or user.has_role("instructor", "administrator"))


class OnlyTeaching:
    """Lets nobody else in."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Answer 403 to who looks after no course."""
        if not has_teaching_work(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)


class TeachingMenuItem(MenuItem):
    """In the menu of those who look after courses."""

    def is_shown(self, request: HttpRequest) -> bool:
        """Not for finance."""
        return has_teaching_work(request.user)


class OnlyVisible:
    """Fetches a row through ``visible_to`` of its model; Wagtail guards only the list (wagtail#13314)."""

    model: type[Model]
    request: HttpRequest

    def get_object(self, *args: Any, **kwargs: Any) -> Any:
        """Return the row, or 404."""
        row = super().get_object(*args, **kwargs)
        if not self.model.objects.visible_to(self.request.user).filter(pk=row.pk).exists():
            raise Http404
        return row


class GuardedEditView(OnlyVisible, EditView):
    """Changing a row."""


class GuardedDeleteView(OnlyVisible, DeleteView):
    """Taking a row away, where that is allowed."""


class GuardedHistoryView(OnlyVisible, HistoryView):
    """What happened to a row."""


class GuardedUsageView(OnlyVisible, UsageView):
    """Where a row is used."""


class GuardedViewSet(SnippetViewSet):
    """Lists and opens what the user may see. A copy would come without a guard, so there is none."""

    add_to_admin_menu = True
    copy_view_enabled = False
    edit_view_class = GuardedEditView
    delete_view_class = GuardedDeleteView
    history_view_class = GuardedHistoryView
    usage_view_class = GuardedUsageView

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """List what the user may see, with the shelf of each."""
        return self.model.objects.visible_to(request.user).select_related("shelf")
