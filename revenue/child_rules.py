"""The rules for children that somebody of the project has read where they stand; administrators add others.

This is data, and no legal advice. A law that is not here was not read, or does not say how much: Minnesota's (181A.13)
asks for an account too, and is left out until somebody has read by which measure.
"""

from datetime import UTC, date, datetime
from typing import Any, Final

READ_ON: Final = date(2026, 11, 22)
KNOWN: Final[tuple[dict[str, Any], ...]] = (
    {
        "region": "US-IL", "threshold_bps": 3000, "factor_bps": 5000, "below_age": 16,
        "effective_from": date(2024, 7, 1),
        "source": "Illinois, 820 ILCS 205/2.6 and 205/12.6 (Public Act 103-0556), since 1 January 2025 820 ILCS 206/95 "
        "and 206/100, as read at ilga.gov",
    },
    {
        "region": "US-CA", "threshold_bps": 3000, "factor_bps": 6500, "below_age": 18,
        "effective_from": date(2025, 1, 1),
        "source": "California, Family Code 6650 to 6656 (SB 764, Statutes of 2024, chapter 611); the .65 stands in "
        "6652 (f), as read at leginfo.legislature.ca.gov",
    },
)  # fmt: skip


def ensure_known_rules() -> None:
    """Add the known rules that are missing; what an administrator wrote for the same day stays."""
    from revenue.models import ChildRule

    there = set(ChildRule.objects.values_list("region", "effective_from"))
    now = datetime.now(UTC)
    ChildRule.objects.bulk_create(
        ChildRule(**rule, checked_on=READ_ON, made_at=now)
        for rule in KNOWN
        if (rule["region"], rule["effective_from"]) not in there
    )
