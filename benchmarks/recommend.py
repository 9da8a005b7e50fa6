"""How well the collaborative part recommends, on MovieLens-100k, beside popularity and item-kNN; prints one JSON line.

``python benchmarks/recommend.py`` fetches the wheel of ``recbole`` from PyPI, which carries the ratings (943 people,
1,682 films, 100,000 ratings), into a temporary folder. Every rating is something taken, whatever its stars. Measured is
``courses.recommending.collaborative.train`` with the scores of ``Tastes.weights`` and the constants of the site.

Splits, with three quarters to learn from and one quarter held back:
  random_0 …    of each person's ratings a quarter drawn by numpy's default_rng(seed), people in the order of their ids
  last_of_each  of each person's ratings the latest quarter (ties by the order in the file)
  from_one_day  all ratings after the moment before which three quarters were given; only people who have both

For each person the ten best of what she has not taken; nDCG with gain 1 for each that is held back, against the best
possible ten; recall is the share of what is held back; both are means over people who have something held back.

The constants were chosen by ``--choose`` on quarters of the learning part of random_0 alone. Ends with status 1 when
nDCG@10 on random_0 misses 0.48, or ours is not the best of the three on any split.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path

os.environ["OPENBLAS_NUM_THREADS"] = "1"
ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

import numpy as np  # noqa: E402
from numpy.typing import NDArray  # noqa: E402

from courses.recommending import collaborative  # noqa: E402

DATA = ("recbole==1.2.1", "recbole/dataset_example/ml-100k/ml-100k.inter")
BAR = 0.48
K = 10
HELD_BACK = 0.25
SEEDS = (0, 1, 2)
NEIGHBOURS = 100
Mask = NDArray[np.bool_]
Scores = NDArray[np.floating]


def ratings() -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Fetch the data; return people, films and times, one entry a rating, people and films counted from 0."""
    package, inside = DATA
    with tempfile.TemporaryDirectory() as folder:
        pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "download", "-q", "--no-deps", "-d", folder]
        subprocess.run([*pip, package], check=True, stderr=subprocess.DEVNULL)
        (wheel,) = Path(folder).glob("*.whl")
        with zipfile.ZipFile(wheel) as packed:
            lines = packed.read(inside).decode().splitlines()[1:]
    people, films, _stars, times = np.array([[int(float(field)) for field in line.split("\t")] for line in lines]).T
    return people - 1, films - 1, times


def quarter_of_each(people: NDArray[np.int64], order: Callable[[NDArray[np.int64]], NDArray[np.int64]]) -> Mask:
    """Return which ratings are held back: the first quarter of each person's ratings in ``order``."""
    held = np.zeros(len(people), dtype=bool)
    for person in range(people.max() + 1):
        own = order(np.flatnonzero(people == person))
        held[own[: round(HELD_BACK * len(own))]] = True
    return held


def splits(people: NDArray[np.int64], times: NDArray[np.int64]) -> Iterator[tuple[str, Mask]]:
    """Yield each split with which ratings are held back."""
    for seed in SEEDS:
        yield f"random_{seed}", quarter_of_each(people, np.random.default_rng(seed).permutation)
    yield "last_of_each", quarter_of_each(people, lambda own: own[np.argsort(times[own], kind="stable")][::-1])
    yield "from_one_day", times > np.quantile(times, 1 - HELD_BACK)


def popularity(learnt: Mask) -> Scores:
    """How many took each film."""
    return np.broadcast_to(learnt.sum(axis=0), learnt.shape).astype(float)


def item_knn(learnt: Mask) -> Scores:
    """The cosines between films, of each film's nearest hundred, added over what a person took."""
    matrix = learnt.astype(np.float32)
    counts = np.maximum(matrix.sum(axis=0), 1)
    cosine = (matrix.T @ matrix) / np.sqrt(np.outer(counts, counts))
    np.fill_diagonal(cosine, 0)
    least = -np.partition(-cosine, NEIGHBOURS, axis=0)[NEIGHBOURS - 1]
    return matrix @ np.where(cosine >= least, cosine, 0)


def ours(learnt: Mask) -> Scores:
    """Train as the nightly command does, and add up what each film of hers weighs."""
    taken = [np.flatnonzero(row).tolist() for row in learnt]
    tastes = collaborative.train(taken, learnt.shape[1])
    return np.stack([tastes.weights(row).sum(axis=1) for row in taken])


def judged(scores: Scores, learnt: Mask, held: Mask) -> dict[str, float]:
    """Return nDCG and recall at ten."""
    has_both = held.any(axis=1) & learnt.any(axis=1)
    scores, held = np.where(learnt, -np.inf, scores)[has_both], held[has_both]
    best = np.argsort(-scores, axis=1, kind="stable")[:, :K]
    hits = np.take_along_axis(held, best, axis=1)
    discounts = 1 / np.log2(np.arange(2, K + 2))
    wanted = held.sum(axis=1)
    ideal = np.cumsum(discounts)[np.minimum(wanted, K) - 1]
    return {
        "ndcg": round(float(((hits * discounts).sum(axis=1) / ideal).mean()), 4),
        "recall": round(float((hits.sum(axis=1) / wanted).mean()), 4),
    }


def choose(people: NDArray[np.int64], films: NDArray[np.int64], held_back: Mask) -> None:
    """Print the mean nDCG of some constants, best first, judged on quarters of what is not ``held_back``."""
    shape = (people.max() + 1, films.max() + 1)
    known = np.flatnonzero(~held_back)
    found = []
    for factors, confidence, regularization in product((48, 96), (2.0, 3.0, 4.0, 6.0), (0.07, 0.09, 0.11, 0.13)):
        collaborative.FACTORS, collaborative.CONFIDENCE = factors, confidence
        collaborative.REGULARIZATION = regularization
        results = []
        for seed in (10, 11):
            judging = quarter_of_each(people[known], np.random.default_rng(seed).permutation)
            learnt, held = np.zeros(shape, dtype=bool), np.zeros(shape, dtype=bool)
            learnt[people[known[~judging]], films[known[~judging]]] = True
            held[people[known[judging]], films[known[judging]]] = True
            results.append(judged(ours(learnt), learnt, held)["ndcg"])
        found.append((round(sum(results) / len(results), 4), factors, confidence, regularization))
    for line in sorted(found, reverse=True):
        print(*line)


def main() -> None:
    people, films, times = ratings()
    if sys.argv[1:] == ["--choose"]:
        choose(people, films, next(splits(people, times))[1])
        return
    shape = (people.max() + 1, films.max() + 1)
    figures: dict[str, dict[str, dict[str, float]]] = {}
    seconds = []
    for name, held_back in splits(people, times):
        learnt, held = np.zeros(shape, dtype=bool), np.zeros(shape, dtype=bool)
        learnt[people[~held_back], films[~held_back]] = True
        held[people[held_back], films[held_back]] = True
        figures[name] = {way.__name__: judged(way(learnt), learnt, held) for way in (popularity, item_knn)}
        began = time.process_time()
        figures[name]["ours"] = judged(ours(learnt), learnt, held)
        seconds.append(time.process_time() - began)
    missed = [] if figures["random_0"]["ours"]["ndcg"] >= BAR else ["random_0"]
    missed += [name for name, ways in figures.items() if max(ways, key=lambda way: ways[way]["ndcg"]) != "ours"]
    print(json.dumps({"at": K, "bar": BAR, **figures, "cpu_seconds": round(max(seconds), 1), "missed": missed}))
    sys.exit(1 if missed else 0)


if __name__ == "__main__":
    main()
