"""How many years of school a text asks for."""

import pytest

from courses.checking.readability import FEWEST_WORDS, MOST_YEARS, measure

EASY = "Turn to the light. Hold the phone at your eyes. Press the red dot. Say who you are."
HARD = (
    "Consequently, professional cinematographers systematically differentiate between environmental illumination"
    " originating from uncontrolled sources and supplementary illumination deliberately positioned to emphasise"
    " particular characteristics of the photographed individual."
)


def test_the_index_is_that_of_the_formula():
    reading = measure(["Gentle daylight flatters every person. Remember it!"])
    assert (reading.words, reading.sentences, reading.letters) == (7, 2, 43)
    assert reading.years == pytest.approx(4.71 * 43 / 7 + 0.5 * 7 / 2 - 21.43)


def test_the_scale_has_two_ends():
    assert measure(["It is."]).years == 0
    assert measure([HARD]).years == MOST_YEARS


def test_long_words_in_long_sentences_are_hard_and_short_ones_are_not():
    assert measure([HARD] * 5).is_hard
    assert not measure([EASY] * 8).is_hard


def test_of_a_few_words_nothing_is_said():
    reading = measure([HARD])
    assert reading.words < FEWEST_WORDS
    assert reading.years > 9
    assert not reading.is_hard


def test_a_number_ends_no_sentence_and_a_paragraph_does():
    assert measure(["Hold it for 2.5 seconds", "Then stop"]).sentences == 2


@pytest.mark.parametrize("nothing", [[], [""], ["   "], ["… – !"], ["\n" * 100_000]])
def test_nothing_to_read_asks_for_no_school(nothing):
    assert measure(nothing).years == 0


def test_the_longest_sentence_is_named():
    assert measure([EASY, HARD]).longest == HARD
