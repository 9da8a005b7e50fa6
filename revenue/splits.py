"""Dividing an amount so that the parts add up. No Django here."""

from collections.abc import Sequence


def split(amount: int, weights: Sequence[int]) -> list[int]:
    """Divide ``amount`` minor units in proportion to ``weights`` so that the parts add up.

    Largest remainder, ties to the earlier weight; a negative amount mirrors the positive one.
    Raises ValueError if ``weights`` is empty, has a negative weight or sums to zero.
    """
    total = sum(weights)
    if total <= 0 or any(weight < 0 for weight in weights):
        raise ValueError("weights must not be negative and must add up to more than zero")
    if amount < 0:
        return [-part for part in split(-amount, weights)]
    parts, remainders = [], []
    for place, weight in enumerate(weights):
        part, remainder = divmod(amount * weight, total)
        parts.append(part)
        remainders.append((-remainder, place))
    for _remainder, place in sorted(remainders)[: amount - sum(parts)]:
        parts[place] += 1
    return parts
