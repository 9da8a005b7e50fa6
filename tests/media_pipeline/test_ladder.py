"""Which renditions a video gets."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media_pipeline.encoding.ladder import RATES, gop_frames, ladder, middle, output_rate, storyboard

sizes = st.integers(2, 8000)


def names(width, height, **options):
    return [rendition.name for rendition in ladder(width, height, **options)]


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        ((1920, 1080), ["720p", "480p", "360p", "240p"]),
        ((1080, 1920), ["720p", "480p", "360p", "240p"]),
        ((640, 360), ["360p", "240p"]),
        ((500, 500), ["480p", "360p", "240p"]),
        ((177, 101), ["100p"]),
    ],
)
def test_rungs_are_counted_by_the_short_side(size, expected):
    assert names(*size) == expected


def test_1080_is_there_when_it_is_asked_for():
    assert names(3840, 2160, most=1080)[0] == "1080p"


def test_a_portrait_rendition_stands_upright():
    top = ladder(1080, 1920)[0]
    assert (top.width, top.height) == (720, 1280)


@given(sizes, sizes)
def test_sizes_are_even_and_nothing_is_made_larger(width, height):
    for rendition in ladder(width, height):
        assert rendition.width % 2 == rendition.height % 2 == 0
        assert min(rendition.width, rendition.height) <= max(2, min(width, height))
        assert rendition.width <= max(2, width) + 1
        assert rendition.height <= max(2, height) + 1


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (Fraction(30), 30),
        (Fraction(60), 30),
        (Fraction(50), 25),
        (Fraction(120), 30),
        (Fraction(24000, 1001), Fraction(24000, 1001)),
        (Fraction("29.87"), Fraction(30000, 1001)),
        (Fraction("30.02"), 30),
        (Fraction(1), 5),
    ],
)
def test_the_rate_is_fixed_and_at_most_30(source, expected):
    assert output_rate(source) == expected


def test_key_frames_are_two_seconds_apart_at_every_rate():
    for rate in RATES:
        assert abs(gop_frames(rate) / rate - 2) < Fraction(1, 100)


def test_the_download_is_a_middle_rendition():
    assert middle(ladder(1920, 1080)).name == "480p"
    assert middle(ladder(640, 360)).name == "360p"


@given(sizes, sizes, st.sampled_from(RATES), st.integers(1, 3_600_000))
def test_a_storyboard_has_room_for_every_picture(width, height, rate, duration_ms):
    board = storyboard(ladder(width, height), rate=rate, duration_ms=duration_ms)
    assert 1 <= board.count <= 100
    assert board.columns * board.rows >= board.count
    assert board.every >= gop_frames(rate)
