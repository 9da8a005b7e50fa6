"""Rubrics: what an instructor looks at, in versions that never change."""

import hashlib
import json
import uuid
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.fields import StreamField
from wagtail.models import Locale
from wagtail.search import index

from courses.blocks import CriterionBlock
from courses.models.shelves import Shelf


@dataclass(frozen=True)
class Criterion:
    """One thing that is scored, from 0 to ``points``. ``key`` is its place, the same in every language."""

    key: str
    title: str
    good: str
    points: int


class RubricQuerySet(models.QuerySet["Rubric"]):
    """Sets of rubric versions."""

    def latest(self) -> "RubricQuerySet":
        """Return only the versions now in use."""
        return self.filter(replaced_by__isnull=True)

    def visible_to(self, user: Any) -> "RubricQuerySet":
        """Return the versions in use that ``user`` may see and use: those for everybody, and those of her shelves."""
        in_use = self.latest().select_related("locale")
        if user.is_superuser or user.has_role("administrator"):
            return in_use
        return in_use.filter(models.Q(shelf=None) | models.Q(shelf__in=Shelf.objects.of(user).values("pk")))


class Rubric(index.Indexed, models.Model):
    """One version of a rubric in one language. To edit is to add a version; old grades keep theirs.

    ``family`` joins the versions and the languages of one rubric.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    family = models.UUIDField(default=uuid.uuid4, editable=False, db_index=True)
    locale = models.ForeignKey(Locale, on_delete=models.PROTECT, related_name="+", verbose_name=_("language"))
    name = models.CharField(_("name"), max_length=120)
    criteria = StreamField([("criterion", CriterionBlock())], verbose_name=_("criteria"), min_num=1, max_num=8)
    shelf = models.ForeignKey(
        Shelf,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="rubrics",
        help_text=_("Empty: everybody who teaches may use it."),
    )
    content_hash = models.CharField(max_length=64, editable=False)
    replaced_by = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, editable=False, related_name="replaces"
    )
    made_at = models.DateTimeField(auto_now_add=True)

    objects = RubricQuerySet.as_manager()

    search_fields = [
        index.AutocompleteField("name"),
        index.SearchField("name"),
        index.FilterField("replaced_by_id"),
        index.FilterField("shelf_id"),
    ]

    class Meta:
        verbose_name = _("rubric")
        verbose_name_plural = _("rubrics")
        ordering = ["name", "-made_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["family", "locale"],
                condition=models.Q(replaced_by__isnull=True),
                name="rubric_one_version_in_use",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write a new version. Raises ValidationError when it would change one that exists."""
        if not self._state.adding:
            raise ValidationError(_("A version of a rubric never changes. Add a new one."))
        self.content_hash = self.hash_of_content()
        super().save(*args, **kwargs)

    def hash_of_content(self) -> str:
        """Return the SHA-256 of everything a grade rests on."""
        content = [self.name, [[c.title, c.good, c.points] for c in self.criterion_list]]
        return hashlib.sha256(json.dumps(content, ensure_ascii=False).encode()).hexdigest()

    @property
    def criterion_list(self) -> list[Criterion]:
        """The criteria in their order."""
        return [
            Criterion(str(number), block.value["title"], block.value["good"], block.value["points"])
            for number, block in enumerate(self.criteria)
        ]

    @property
    def points(self) -> int:
        """The highest sum of points."""
        return sum(criterion.points for criterion in self.criterion_list)
