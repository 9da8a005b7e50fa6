"""What those took who took the same: implicit-feedback ALS by the package ``implicit``. Knows no database.

Each score is a sum over the courses a learner took (Hu, Koren and Volinsky, Collaborative Filtering for Implicit
Feedback Datasets, 2008, section 5), so the reason that is given is the one that weighed most, not a guess.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from implicit.cpu.als import AlternatingLeastSquares
from numpy.typing import NDArray
from scipy import sparse

# Chosen by `benchmarks/recommend.py --choose`, on nothing of what that benchmark reports.
FACTORS = 96
CONFIDENCE = 4.0  # how much more what she took says than what she did not
REGULARIZATION = 0.13  # times the root of the number of enrolments, so that a small site is not smoothed flat
ROUNDS = 15
SEED = 1

LEAST_LEARNERS = 50  # who took two courses or more: fewer show habits of persons, not of a programme
LEAST_TAKERS = 5  # a course that fewer took tells too much about each of them


class TooLittle(Exception):
    """There are not yet enough people who took two courses."""


@dataclass(frozen=True)
class Tastes:
    """A trained model: a row of ``courses`` each, and what every learner's equation has in common."""

    courses: NDArray[np.float32]
    shared: NDArray[np.float32]

    def weights(self, taken: Sequence[int]) -> NDArray[np.float32]:
        """Return courses × taken: how much each course in ``taken`` speaks for each course; rows add up to scores."""
        own = self.courses[taken]
        equation = self.shared + (CONFIDENCE - 1) * (own.T @ own)
        return CONFIDENCE * (self.courses @ np.linalg.solve(equation, own.T))


def train(taken: Sequence[Sequence[int]], courses: int) -> Tastes:
    """Return what ``taken`` (for each learner the courses, as positions below ``courses``) teaches. Repeatable."""
    pairs = [(learner, course) for learner, row in enumerate(taken) for course in sorted(set(row))]
    learners, columns = np.array(pairs, dtype=np.int32).reshape(-1, 2).T
    ones = np.ones(len(pairs), dtype=np.float32)
    matrix = sparse.csr_matrix((ones, (learners, columns)), shape=(len(taken), courses))
    regularization = REGULARIZATION * len(pairs) ** 0.5
    model = AlternatingLeastSquares(
        factors=min(FACTORS, courses),
        alpha=CONFIDENCE,
        regularization=regularization,
        iterations=ROUNDS,
        random_state=SEED,
        num_threads=1,
        use_cg=False,
    )
    model.fit(matrix, show_progress=False)
    found = np.asarray(model.item_factors)
    return Tastes(found, found.T @ found + regularization * np.eye(found.shape[1], dtype=np.float32))


def recommend(taken: Sequence[Sequence[int]], courses: int, offered: int, *, keep: int) -> list[list[tuple[int, int]]]:
    """Return for each learner the best ``keep`` of the first ``offered`` courses, each with the one that weighed most.

    Raises TooLittle. A course that hardly anybody took is left out, on both sides.
    """
    counts = np.bincount([course for row in taken for course in set(row)], minlength=courses)
    known = counts >= LEAST_TAKERS
    usable = [[course for course in dict.fromkeys(row) if known[course]] for row in taken]
    if sum(len(row) > 1 for row in usable) < LEAST_LEARNERS:
        raise TooLittle
    tastes = train([row for row in usable if row], courses)
    may_come = known & (np.arange(courses) < offered)
    return [_best(tastes, row, may_come, keep) if row else [] for row in usable]


def _best(tastes: Tastes, taken: list[int], may_come: NDArray[np.bool_], keep: int) -> list[tuple[int, int]]:
    weights = tastes.weights(taken)
    scores = np.where(may_come, weights.sum(axis=1), -np.inf)
    scores[taken] = -np.inf
    best = np.argsort(-scores, kind="stable")[:keep]
    reasons = weights.argmax(axis=1)
    return [(int(n), taken[reasons[n]]) for n in best if scores[n] > 0]
