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

    def valid(self) -> "CertificateQuerySet":
        """Return those that were not taken back."""
        return self.filter(taken_back_at=None)

    def files_open_to(self, user: Any) -> "CertificateQuerySet":
        """Return those whose files ``user`` may fetch: her own, and what others have opened to everybody."""
        own = models.Q(graduation__learner=user) if user.is_authenticated else models.Q(pk__in=[])
        return self.valid().filter(own | models.Q(is_open=True))


class Certificate(models.Model):
    """The proof of a graduation. ``name`` is written once and stays as it was.

    Whoever has its address can check it. Its files are hers alone unless ``is_open``.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    graduation = models.OneToOneField(Graduation, on_delete=models.PROTECT, related_name="certificate")
    name = models.CharField(_("name on the certificate"), max_length=120, blank=True)
    issued_at = models.DateTimeField(auto_now_add=True)
    is_open = models.BooleanField(_("anybody may fetch its files"), default=False)
    taken_back_at = models.DateTimeField(null=True, blank=True)
    taken_back_because = models.CharField(_("why it was taken back"), max_length=300, blank=True)

    objects = CertificateQuerySet.as_manager()

    class Meta:
        verbose_name = _("certificate")
        verbose_name_plural = _("certificates")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(taken_back_at=None) | ~models.Q(taken_back_because=""),
                name="certificate_taken_back_for_a_reason",
            )
        ]

    def __str__(self) -> str:
        return str(self.graduation)

    def get_absolute_url(self) -> str:
        """Return the address where anyone can verify it."""
        return reverse("courses:verify", args=[self.pk])
