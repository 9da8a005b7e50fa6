"""What the site hands to the process that computes, and what it gets back. Knows no database and no numpy.

Courses and learners are positions in lists; which they are, the site alone knows.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path


@dataclass
class Work:
    """``taken``: for each learner, which of the ``courses`` she took. Those with ``words`` may be recommended.

    They come first: ``words[n]`` is what the n-th course says of itself. ``vectors`` is the folder that keeps what
    was made of words before.
    """

    taken: list[list[int]]
    courses: int
    words: list[str]
    vectors: str = ""


@dataclass
class Found:
    """``taken``: for each learner, the best courses, each with the one of hers that weighed most.

    ``alike``: for each course with words, the courses most like it. ``notes`` say what was left out, and why.
    """

    taken: Iterable[list[tuple[int, int]]] = ()
    alike: list[list[int]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def write_work(work: Work, path: Path) -> None:
    """Write what is to be done."""
    path.write_text(json.dumps(asdict(work)), encoding="utf-8")


def read_work(path: Path) -> Work:
    """Read what ``write_work`` wrote."""
    return Work(**json.loads(path.read_text(encoding="utf-8")))


def write_found(found: Found, path: Path) -> None:
    """Write what was found: one line for all, then one for each learner, so that it can be read bit by bit."""
    with path.open("w", encoding="utf-8") as file:
        file.write(json.dumps({"alike": found.alike, "notes": found.notes}) + "\n")
        file.writelines(json.dumps(row) + "\n" for row in found.taken)


def read_found(path: Path) -> Found:
    """Read what ``write_found`` wrote; ``taken`` is read while it is used, once."""
    with path.open(encoding="utf-8") as file:
        head = json.loads(file.readline())
    return Found(taken=_rows(path), alike=head["alike"], notes=head["notes"])


def _rows(path: Path) -> Iterator[list[tuple[int, int]]]:
    with path.open(encoding="utf-8") as file:
        next(file)
        for line in file:
            yield [(course, because) for course, because in json.loads(line)]
