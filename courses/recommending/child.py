"""Score one night's work and end. Run as a script under limits, never imported by the site.

``python -I child.py WORK FOUND`` reads and writes the files of ``courses.recommending.exchange``. A package that is not
installed, or too little data, leaves its part empty and is said in a note.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from courses.recommending.exchange import Found, Work, read_work, write_found

KEEP_TAKEN = 12
KEEP_ALIKE = 8


def score(work: Work) -> Found:
    """Return what can be found with what is installed."""
    found = Found()
    _find_taken(work, found)
    _find_alike(work, found)
    return found


def _find_taken(work: Work, found: Found) -> None:
    try:
        from courses.recommending import collaborative
    except ImportError as missing:
        found.notes.append(f"Nothing was learnt from what others took: {missing}. `make recommend` installs it.")
        return
    try:
        found.taken = collaborative.recommend(work.taken, work.courses, len(work.words), keep=KEEP_TAKEN)
    except collaborative.TooLittle:
        found.notes.append(
            f"Nothing was learnt from what others took: fewer than {collaborative.LEAST_LEARNERS} learners took two "
            f"courses that {collaborative.LEAST_TAKERS} or more took."
        )


def _find_alike(work: Work, found: Found) -> None:
    try:
        from courses.recommending import content
    except ImportError as missing:
        found.notes.append(f"Courses were not compared by their words: {missing}. `make recommend` installs it.")
        return
    folder = Path(work.vectors) if work.vectors else None
    vectors = content.vectors_of(work.words, folder)
    found.alike = content.alike(vectors, keep=KEEP_ALIKE)


def main(source: str, target: str) -> None:
    """Read, score and write."""
    write_found(score(read_work(Path(source))), Path(target))


if __name__ == "__main__":
    main(*sys.argv[1:])
