"""Captions: what a person sends is read with care, and only plain words are kept."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media_pipeline.captions import keeping
from media_pipeline.captions.keeping import Written
from media_pipeline.captions.webvtt import MAX_LETTERS, BadCaptions, Cue, compose, parse, plain

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
        (0, 2500, "Welcome home"),
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
        (b"WEBVTT\n\n00:01.000 --> 00:02.000\n" + b"x" * 501, "too long"),
        (b"x" * 1_000_001, "too big"),
    ],
)
def test_what_is_wrong_is_said(raw, says):
    with pytest.raises(BadCaptions, match=says):
        parse(raw)


@pytest.mark.parametrize(
    ("words", "kept"),
    [
        ("<script>alert(1)</script>", "alert(1)"),
        ("&lt;script&gt; &amp; more", "<script> & more"),
        ("3 < 5 and 7 > 6", "3 < 5 and 7 > 6"),
        ("{\\an8}<font color=red>Up</font> there", "Up there"),
        ("\u202bمرحبا\u200d\u0007 <00:00:01.000>x", "\u202bمرحبا\u200d x"),
        ("a&#10;&#10;b", "a\nb"),
        ("<v Mei", "<v Mei"),
    ],
)
def test_only_plain_words_stay_and_a_player_shows_them_as_they_are(words, kept):
    (cue,) = parse(f"WEBVTT\n\n00:01.000 --> 00:02.000\n{words}\n".encode())
    assert cue.text == kept
    assert parse(compose([cue]).encode()) == [cue]
    assert not set("<>") & set(compose([cue]).split("\n", 3)[3])


@given(st.lists(st.tuples(st.integers(0, 10**7), st.integers(1, 10**5), st.text(min_size=1)), min_size=1, max_size=4))
def test_what_was_cleaned_stays_as_it_is(entries):
    cues = [Cue(start, start + length, plain(words)[:MAX_LETTERS].strip()) for start, length, words in entries]
    cues = sorted((cue for cue in cues if cue.text), key=lambda cue: cue.start_ms)
    if cues:
        assert parse(compose(cues).encode("utf-8", "ignore")) == cues


@given(st.binary(max_size=2000))
def test_anything_at_all_is_read_or_refused(raw):
    for sent in (raw, b"WEBVTT\n\n00:01.000 --> 00:02.000\n" + raw):
        with contextlib.suppress(BadCaptions):
            assert parse(sent)


def test_captions_by_a_machine_say_so_until_a_person_saves_them(ready_asset, instructor):
    heard = {"asset": ready_asset, "language": "en", "cues": [Cue(0, 900, "Well come")]}
    assert keeping.keep(**heard, machine_made=True, by=None).unconfirmed
    written = Written(GOOD.encode())
    person = keeping.save_captions(asset=ready_asset, language="en", engine=written, by=instructor)
    assert not person.unconfirmed
    late = keeping.keep(**heard, machine_made=True, by=None)
    assert late.text == person.text  # a machine that comes late changes nothing
    assert ready_asset.captions.count() == 1
