"""The end of a course: a graduation, and the certificate that anyone can verify."""

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


class Graduation(models.Model):
    """She met every requirement of a course. Never taken away when the course changes."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    learner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="graduations")
    course_key = models.UUIDField()
    course_title = models.CharField(max_length=255)
    graduated_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("graduation")
        verbose_name_plural = _("graduations")
        ordering = ["-graduated_at"]
        constraints = [models.UniqueConstraint(fields=["learner", "course_key"], name="graduation_once_a_course")]

    def __str__(self) -> str:
        return self.course_title


class CertificateQuerySet(models.QuerySet["Certificate"]):
    """Sets of certificates."""

    def owned_by(self, user: Any) -> "CertificateQuerySet":
        """Return the certificates of ``user``."""
        return self.filter(graduation__learner=user) if user.is_authenticated else self.none()


class Certificate(models.Model):
    """The public proof of a graduation. ``name`` is written once and stays as it was."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    graduation = models.OneToOneField(Graduation, on_delete=models.PROTECT, related_name="certificate")
    name = models.CharField(_("name on the certificate"), max_length=120, blank=True)
    issued_at = models.DateTimeField(auto_now_add=True)

    objects = CertificateQuerySet.as_manager()

    class Meta:
        verbose_name = _("certificate")
        verbose_name_plural = _("certificates")

    def __str__(self) -> str:
        return str(self.graduation)

    def get_absolute_url(self) -> str:
        """Return the address where anyone can verify it."""
        return reverse("courses:verify", args=[self.pk])
