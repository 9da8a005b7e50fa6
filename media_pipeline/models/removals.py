"""Files that must go."""

from django.db import models


class Removal(models.Model):
    """A name in storage whose files must be deleted: written with what caused it, and gone when the files are."""

    key = models.CharField(primary_key=True, max_length=200)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.key
