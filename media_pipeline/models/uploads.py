"""A file on its way from a phone. How much has arrived is asked of what holds the bytes, never kept here."""

import uuid
from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from wagtail.models import Collection

from media_pipeline.models.assets import Asset, Purpose


class UploadQuerySet(models.QuerySet["Upload"]):
    """Sets of uploads."""

    def unfinished(self) -> "UploadQuerySet":
        """Uploads that have not become a video."""
        return self.filter(asset__isnull=True)

    def expired(self, now: datetime) -> "UploadQuerySet":
        """Unfinished uploads nobody has added to for too long."""
        return self.unfinished().filter(expires_at__lt=now)


class Upload(models.Model):
    """One upload of ``length`` bytes; its asset, once there, has the same id.

    ``file_name`` and ``fingerprint`` (of the content, made by her browser) are how the same file is recognised when it
    is chosen again, on any device; both are forgotten with the last byte. ``multipart`` is the bucket's id of the
    upload; empty for one that comes by tus.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    length = models.PositiveBigIntegerField(_("size in bytes"))
    title = models.CharField(_("title"), max_length=200)
    file_name = models.CharField(max_length=200, blank=True)
    fingerprint = models.CharField(max_length=64, blank=True)
    multipart = models.CharField(max_length=400, blank=True)
    purpose = models.CharField(_("purpose"), max_length=12, choices=Purpose.choices)
    collection = models.ForeignKey(Collection, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    asset = models.OneToOneField(Asset, null=True, blank=True, on_delete=models.CASCADE, related_name="upload")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()

    objects = UploadQuerySet.as_manager()

    class Meta:
        verbose_name = _("upload")
        verbose_name_plural = _("uploads")
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["expires_at"], name="upload_expiry", condition=Q(asset__isnull=True))]
        constraints = [models.CheckConstraint(condition=Q(length__gt=0), name="upload_has_length")]

    def __str__(self) -> str:
        return self.title

    @property
    def key(self) -> str:
        """Where the local disk keeps the bytes that have arrived by tus."""
        return f"uploads/{self.pk}"

    @property
    def original_key(self) -> str:
        """Where storage will keep the whole file."""
        return Asset(pk=self.pk).original_key
