"""Rows that belong to a learner."""

from typing import Any, Self

from django.conf import settings
from django.db import models


class OwnedQuerySet(models.QuerySet[Any]):
    """Sets of rows that belong to a learner."""

    def owned_by(self, user: Any) -> Self:
        """Return the rows of ``user``; nobody's when she has not signed in."""
        return self.filter(learner=user) if user.is_authenticated else self.none()


class Owned(models.Model):
    """A row that is hers alone and goes when she goes."""

    learner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")

    objects = OwnedQuerySet.as_manager()

    class Meta:
        abstract = True
