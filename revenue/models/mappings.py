"""How the files of a platform are read, as data that finance makes."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Mapping(models.Model):
    """One version of a mapping (:mod:`revenue.importing.mapping`); never changed (a trigger holds this).

    A change is a new version, so that every report can be read again as it was read when it was posted.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    slug = models.SlugField(_("short name"), max_length=60)
    version = models.PositiveIntegerField(_("version"))
    name = models.CharField(_("name"), max_length=120)
    spec = models.JSONField()
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    made_at = models.DateTimeField(_("made"), auto_now_add=True)

    class Meta:
        default_permissions = ()
        verbose_name = _("mapping")
        verbose_name_plural = _("mappings")
        ordering = ["slug", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["slug", "version"], name="revenue_mapping_version_once"),
            models.CheckConstraint(condition=Q(version__gte=1), name="revenue_mapping_counts_from_one"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.version})"
