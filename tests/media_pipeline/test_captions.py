"""Captions: what a person sends is read with care, and only plain words are kept."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media_pipeline import captions
from media_pipeline.captions import BadCaptions, compose, parse

GOOD = """WEBVTT - made at home

STYLE
::cue { color: red }

NOTE a remark

intro
00:00.000 --> 00:02.500 align:start
<v Mei>Welcome <i>home</i>

01:00:03.000 --> 01:00:04.000
<script>alert(1)</script><c.loud>Second</c> line
of two
"""


def test_webvtt_is_cleaned_to_words_and_times():
    cues = parse(GOOD.encode())
    assert [(cue.start_ms, cue.end_ms, cue.text) for cue in cues] == [
        (0, 2500, "Welcome <i>home</i>"),
        (3_603_000, 3_604_000, "alert(1)Second line\nof two"),
    ]


def test_srt_from_windows_is_understood():
    raw = (
        b"\xef\xbb\xbf1\r\n00:00:01,000 --> 00:00:02,000\r\nHello\r\n\r\n2\r\n00:00:03,000 --> 00:00:04,000\r\nyou\r\n"
    )
    assert compose(parse(raw)) == (
        "WEBVTT\n\n00:00:01.000 --> 00:00:02.000\nHello\n\n00:00:03.000 --> 00:00:04.000\nyou\n"
    )


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (b"", "no captions"),
        (b"WEBVTT\n\n", "no captions"),
        (b"\xff\xfe\x00W", "UTF-8"),
        (b"WEBVTT\n\n00:05.000 --> 00:02.000\nbackwards\n", "ends before it begins"),
        (b"WEBVTT\n\nfive --> six\nwords\n", "five --> six"),
        (b"x" * 1_000_001, "too big"),
    ],
)
def test_what_is_wrong_is_said(raw, says):
    with pytest.raises(BadCaptions, match=says):
        parse(raw)


@given(st.lists(st.tuples(st.integers(0, 10**7), st.integers(1, 10**5), st.text(min_size=1)), min_size=1, max_size=20))
def test_what_was_cleaned_stays_as_it_is(entries):
    raw = "WEBVTT\n\n" + "\n\n".join(
        f"{captions.timestamp(start)} --> {captions.timestamp(start + length)}\n{words}"
        for start, length, words in entries
    )
    try:
        once = compose(parse(raw.encode("utf-8", "ignore")))
    except BadCaptions:
        return
    assert compose(parse(once.encode())) == once


def test_captions_by_a_machine_say_so_until_a_person_saves_them(ready_asset, instructor):
    machine = captions.save_captions(asset=ready_asset, language="en", raw=GOOD.encode(), by=None, machine_made=True)
    assert machine.unconfirmed
    person = captions.save_captions(asset=ready_asset, language="en", raw=GOOD.encode(), by=instructor)
    assert not person.unconfirmed
    assert ready_asset.captions.count() == 1
