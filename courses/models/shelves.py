"""A shelf: where one instructor or school keeps its courses, and who may work on them."""

import uuid
from typing import Any

from django.contrib.auth.models import Group
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.models import Collection


class ShelfQuerySet(models.QuerySet["Shelf"]):
    """Sets of shelves."""

    def of(self, user: Any) -> "ShelfQuerySet":
        """Return the shelves on which ``user`` teaches."""
        return self.filter(group__user=user) if user.is_authenticated else self.none()


class Shelf(models.Model):
    """The rights of one instructor or school: a group, a collection and a page in each language.

    ``courses.shelves.open_shelf`` makes all of them together.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(_("name"), max_length=120)
    slug = models.SlugField(_("slug"), unique=True, allow_unicode=True)
    group = models.OneToOneField(Group, on_delete=models.PROTECT, related_name="shelf")
    collection = models.OneToOneField(Collection, on_delete=models.PROTECT, related_name="shelf")
    opened_at = models.DateTimeField(auto_now_add=True)

    objects = ShelfQuerySet.as_manager()

    class Meta:
        verbose_name = _("shelf")
        verbose_name_plural = _("shelves")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
