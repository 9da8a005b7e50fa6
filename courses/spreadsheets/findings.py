"""What is found about a file, as sentences that each reader has in her own language. No Django models here."""

from typing import Any

from django.utils.translation import gettext


class Finding:
    """A message and what is put into it; it is translated when it is read, so it can be kept as JSON."""

    __slots__ = ("params", "text")

    def __init__(self, text: str, /, **params: str | int) -> None:
        self.text = text
        self.params = params

    def __str__(self) -> str:
        return gettext(self.text) % self.params

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Finding) and (self.text, self.params) == (other.text, other.params)

    def __hash__(self) -> int:
        return hash((self.text, tuple(self.params.items())))

    def as_json(self) -> dict[str, Any]:
        """Return what :meth:`of_json` takes."""
        return {"text": self.text, "params": self.params}

    @classmethod
    def of_json(cls, kept: dict[str, Any]) -> "Finding":
        """Return a finding that was kept."""
        return cls(kept["text"], **kept["params"])


class UnreadableTableError(Exception):
    """A file cannot be read as a table; its only argument is the :class:`Finding` that says why."""
