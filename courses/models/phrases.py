"""Words that an instructor keeps to use again."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

LONGEST = 300  # letters


class Phrase(models.Model):
    """A short comment of one instructor; only she sees it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    instructor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="phrases")
    text = models.CharField(max_length=LONGEST)
    kept_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("saved comment")
        verbose_name_plural = _("saved comments")
        ordering = ["kept_at", "pk"]
        constraints = [models.UniqueConstraint(fields=["instructor", "text"], name="phrase_kept_once")]

    def __str__(self) -> str:
        return self.text
