"""What a proof collects."""

from collections import Counter
from dataclasses import dataclass, field


@dataclass(slots=True)
class Proof:
    """How much was checked, by name, how much was not, and what was found wrong, one sentence for each row.

    ``last_entry`` is the number and the chain of the newest entry: who keeps it elsewhere can tell later whether
    anything up to it was taken away or written anew.
    """

    checked: Counter[str] = field(default_factory=Counter)
    left_out: Counter[str] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)
    last_entry: tuple[int, str] = (0, "")

    @property
    def holds(self) -> bool:
        """Say whether nothing was found wrong."""
        return not self.problems

    def wrong(self, what: str) -> None:
        """Note one thing that is wrong."""
        self.problems.append(what)

    def same(self, what: str, found: object, wanted: object) -> None:
        """Note ``what`` unless both are equal."""
        if found != wanted:
            self.wrong(f"{what}: {found}, should be {wanted}")
