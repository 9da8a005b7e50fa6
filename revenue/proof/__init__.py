"""Proves the books: recomputes them from what they rest on, and names every row that does not fit."""

from revenue.proof.findings import Proof
from revenue.proof.verify import verify

__all__ = ["Proof", "verify"]
