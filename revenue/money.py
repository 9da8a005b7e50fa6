"""Amounts as integers: minor units in the books, micros in platform reports, units where a share is exact.

============  ==========================================  ===================================
measure       what it is                                  where it lives
============  ==========================================  ===================================
minor units   cents of a dollar, whole yen                postings, statements, payouts
micros        a millionth of one currency unit            rows of a platform's report
units         a micro times a basis point (10⁻¹⁰)         the exact share before it is rounded
============  ==========================================  ===================================

No Django here and no floating point anywhere.
"""

import re
from collections.abc import Sequence
from functools import cache

from babel import Locale

MICROS = 1_000_000
NANOS = 1_000_000_000
WHOLE_BPS = 10_000
# The largest single figure a report may hold, in currency units; a damaged cell is far above it.
LARGEST_FIGURE = 10**10

# ISO 4217, table A.1: currencies whose minor unit is not a hundredth.
_NO_DIGITS = frozenset(
    ["BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "VND", "VUV", "XAF", "XOF", "XPF"]
)
_THREE_DIGITS = frozenset(["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"])
_CODES = frozenset(Locale("en").currencies)

_FIGURE = re.compile(r"(?P<sign>-?)(?P<whole>[0-9]{1,18})(?:\.(?P<part>[0-9]{1,18}))?", re.ASCII)


class BadFigureError(ValueError):
    """A cell that should hold an amount of money holds something else."""


def is_currency(code: str) -> bool:
    """Say whether ``code`` is an ISO 4217 code."""
    return code in _CODES


def minor_digits(currency: str) -> int:
    """Return how many decimals the minor unit of ``currency`` has (ISO 4217)."""
    if currency in _NO_DIGITS:
        return 0
    return 3 if currency in _THREE_DIGITS else 2


def micros_per_minor(currency: str) -> int:
    """Return how many micros one minor unit of ``currency`` is."""
    return 10 ** (6 - minor_digits(currency))


@cache
def units_per_minor(currency: str) -> int:
    """Return how many units (micro × basis point) one minor unit of ``currency`` is."""
    return micros_per_minor(currency) * WHOLE_BPS


def share_units(gross_micros: int, bps: int) -> int:
    """Return ``bps`` basis points of ``gross_micros``, exact, in units."""
    return gross_micros * bps


def whole_minor(units: int, currency: str) -> tuple[int, int]:
    """Split exact ``units`` into whole minor units and what is left over, in units.

    The rest is never negative and less than one minor unit, so nobody is paid what was not earned, and
    carrying the rest into the next sum loses nothing: ``minor * units_per_minor + rest == units``.
    """
    return divmod(units, units_per_minor(currency))


def split(amount: int, weights: Sequence[int]) -> list[int]:
    """Divide ``amount`` in proportion to ``weights`` so that the parts add up.

    Largest remainder, ties to the earlier weight; a negative amount mirrors the positive one.
    Raises ValueError if ``weights`` is empty, holds a negative one or sums to zero.
    """
    whole = sum(weights)
    if not whole or min(weights) < 0:
        raise ValueError(f"cannot be divided by {weights}")
    sign, size = (-1, -amount) if amount < 0 else (1, amount)
    parts = [size * weight // whole for weight in weights]
    by_rest = sorted(range(len(parts)), key=lambda place: (-(size * weights[place] % whole), place))
    for place in by_rest[: size - sum(parts)]:
        parts[place] += 1
    return [sign * part for part in parts]


def converted(minor: int, base: str, quote: str, rate_nanos: int) -> int:
    """Return ``minor`` units of ``base`` in minor units of ``quote``, rounded down.

    ``rate_nanos`` is what one unit of ``base`` is worth in ``quote``, in billionths.
    """
    return minor * rate_nanos * 10 ** minor_digits(quote) // (NANOS * 10 ** minor_digits(base))


def parse_micros(text: str) -> int:
    """Read a plain decimal such as ``-12.345678`` into micros; decimals after the sixth round half to even.

    Raises BadFigureError for anything else: a formula, an exponent, NaN, thousands separators, an empty
    cell, a figure beyond ``LARGEST_FIGURE``.
    """
    match = _FIGURE.fullmatch(text.strip())
    if match is None:
        raise BadFigureError(text)
    whole, part = int(match["whole"]), match["part"] or ""
    if whole >= LARGEST_FIGURE:
        raise BadFigureError(text)
    micros = whole * MICROS + int(part[:6].ljust(6, "0"))
    rest = part[6:]
    if rest:
        half = "5".ljust(len(rest), "0")
        if rest > half or (rest == half and micros % 2):
            micros += 1
    return -micros if match["sign"] else micros


def percent(bps: int) -> str:
    """Write basis points as a person does: ``70`` or ``62.5``."""
    whole, hundredths = divmod(bps, 100)
    return f"{whole}.{hundredths:02d}".rstrip("0").rstrip(".") if hundredths else str(whole)


def plain(minor: int, currency: str) -> str:
    """Write ``minor`` units as a plain decimal, ``-12.30``: for files that machines read."""
    return _decimal(minor, minor_digits(currency))


def plain_micros(micros: int) -> str:
    """Write ``micros`` as a plain decimal with six places."""
    return _decimal(micros, 6)


def plain_units(units: int) -> str:
    """Write exact ``units`` as a plain decimal with ten places."""
    return _decimal(units, 10)


def plain_nanos(nanos: int) -> str:
    """Write billionths as a plain decimal without zeros at the end."""
    return _decimal(nanos, 9).rstrip("0").rstrip(".")


def _decimal(number: int, digits: int) -> str:
    sign = "-" if number < 0 else ""
    if digits == 0:
        return f"{sign}{abs(number)}"
    whole, part = divmod(abs(number), 10**digits)
    return f"{sign}{whole}.{part:0{digits}d}"
