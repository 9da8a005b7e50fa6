"""What the admin's machinery may do with money rows: show them to finance, and nothing else."""

from collections.abc import Iterable
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.db.models import Q, QuerySet
from wagtail.permission_policies import BasePermissionPolicy

VIEW_BOOKS = "revenue.view_books"


class BooksPolicy(BasePermissionPolicy):
    """Whoever may see the books may view; nobody may add, change or delete through the admin's own views."""

    def user_has_permission(self, user: Any, action: str) -> bool:
        return action == "view" and user.is_active and user.has_perm(VIEW_BOOKS)

    def users_with_any_permission(self, actions: Iterable[str]) -> QuerySet[Any]:
        people = get_user_model().objects.filter(is_active=True)
        if "view" not in actions:
            return people.none()
        permissions = Permission.objects.filter(content_type__app_label="revenue", codename="view_books")
        return people.filter(
            Q(is_superuser=True) | Q(user_permissions__in=permissions) | Q(groups__permissions__in=permissions)
        ).distinct()
