"""What was asked for, against what came: length and how the phone was held."""

import pytest

from media_pipeline.shot_check import advice
from media_pipeline.shot_check.wishes import LANDSCAPE, PORTRAIT, Wish


def codes(wish, seconds=30, size=(720, 1280)):
    width, height = size
    return [each.code for each in wish.advice(duration_ms=round(seconds * 1000), width=width, height=height)]


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (5, [advice.TOO_SHORT]),
        (18.9, [advice.TOO_SHORT]),
        (19.1, []),
        (60.9, []),
        (61.1, [advice.TOO_LONG]),
        (300, [advice.TOO_LONG]),
    ],
)
def test_length_has_a_second_of_grace(seconds, said):
    assert codes(Wish(20, 60), seconds) == said


@pytest.mark.parametrize(
    ("shape", "size", "said"),
    [
        (PORTRAIT, (1280, 720), [advice.LYING]),
        (LANDSCAPE, (720, 1280), [advice.UPRIGHT]),
        (PORTRAIT, (720, 1280), []),
        (LANDSCAPE, (1280, 720), []),
        (PORTRAIT, (720, 720), []),
        ("", (1280, 720), []),
    ],
)
def test_only_what_was_asked_for_is_missed(shape, size, said):
    assert codes(Wish(20, 60, shape), size=size) == said


def test_advice_about_the_whole_says_so_and_weighs():
    (said,) = Wish(20, 60).advice(duration_ms=5000, width=1, height=1)
    assert (said.is_whole, said.severity, said.value) == (True, advice.IMPORTANT, 5.0)
