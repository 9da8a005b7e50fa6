"""Marking: what is right is right however it is written, and nothing anybody sends makes it fail."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.questions.marking import Choice, Marked, Match, Number, Option, Order, Text, is_enough, numbers_in, plain
from courses.questions.reading import question_of
from tests.factories import courses as make

words = st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=12)
ids = st.lists(words, min_size=2, max_size=8, unique=True)
anything = st.lists(st.text(max_size=40), max_size=12)
numbers = st.decimals(Decimal("-99999"), Decimal("99999"), places=3)


def options(names, right=(), matches=()):
    partners = dict(zip(names, matches, strict=False))
    return tuple(Option(n, f"text {n}", n in right, f"about {n}", match=partners.get(n, n)) for n in names)


@st.composite
def questions(draw):
    names = draw(ids)
    common = {"id": "q", "text": "?"}
    return draw(
        st.sampled_from(
            [
                Choice(**common, options=options(names, right=names[:1])),
                Choice(**common, options=options(names, right=names[:2])),
                Order(**common, options=options(names)),
                Match(**common, options=options(names, matches=["same", "same", *names[2:]])),
                Text(**common, accepted=tuple(names)),
                Number(**common, target=draw(numbers), tolerance=Decimal(0), unit="s"),
            ]
        )
    )


@given(questions())
def test_the_right_answer_is_right_in_every_part(question):
    marked = Marked(question, tuple(question.right_answer()))
    assert marked.is_right
    assert marked.lines
    assert all(line.is_right for line in marked.lines)


@given(questions(), anything)
def test_whatever_is_sent_is_marked(question, answer):
    marked = Marked(question, tuple(answer))
    assert isinstance(marked.is_right, bool)
    assert len(marked.lines) <= max(len(answer), len(question.options))
    assert not Marked(question).is_right


@given(ids, st.randoms())
def test_the_order_of_what_was_chosen_does_not_matter_but_the_order_of_steps_does(names, random):
    shuffled = names[:]
    random.shuffle(shuffled)
    choice = Choice(id="q", text="?", options=options(names, right=names))
    order = Order(id="q", text="?", options=options(names))
    assert choice.is_right(shuffled)
    assert order.is_right(shuffled) == (shuffled == names)
    assert [line.place for line in order.lines(shuffled)] == list(range(1, len(names) + 1))
    places = [line.is_right for line in order.lines(shuffled)]
    assert all(places) == (shuffled == names)


@given(ids)
def test_half_of_several_right_answers_is_not_right(names):
    choice = Choice(id="q", text="?", options=options(names, right=names))
    assert choice.several
    assert not choice.is_right(names[:-1])
    assert not choice.is_right([*names, "another"])


@given(words)
def test_writing_it_otherwise_is_the_same_word(word):
    question = Text(id="q", text="?", accepted=(word,))
    for written in (word.upper() if plain(word.upper()) == plain(word) else word, f"  {word}! ", f"“{word}”"):
        assert question.is_right([written])
    assert plain(plain(word)) == plain(word)


@pytest.mark.parametrize(
    ("accepted", "written", "is_right"),
    [
        ("Café", "cafe", True),
        ("自然光", " 自然光。", True),
        ("ضَوْء", "ضوء", True),
        ("Tageslicht", "TAGESLICHT", True),
        ("Straße", "STRASSE", True),
        ("दिन", "दीन", False),  # another vowel is another word
        ("light", "lights", False),
        ("light", "", False),
        ("light", "light dark", False),
    ],
)
def test_what_counts_as_the_same_word(accepted, written, is_right):
    assert Text(id="q", text="?", accepted=(accepted,)).is_right([written]) is is_right


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("12", {"12"}),
        ("2.5", {"2.5"}),
        ("2,5", {"2.5"}),
        ("1,250", {"1250", "1.250"}),
        ("1.250,5", {"1250.5"}),
        (" 1 250 ", {"1250"}),
        ("٤٫٥", {"4.5"}),
        ("１２", {"12"}),
        ("−3", {"-3"}),
        (".5", {"0.5"}),
        ("four", set()),
        ("", set()),
        ("1e999999999", set()),
        ("NaN", set()),
        ("Infinity", set()),
        ("2²", set()),
        ("9" * 5000, set()),
        ("1,2,3", set()),
    ],
)
def test_numbers_as_people_write_them(written, meant):
    assert numbers_in(written) == {Decimal(number) for number in meant}


@given(numbers, st.decimals(0, 50, places=3), st.decimals(-100, 100, places=3))
def test_a_number_is_right_as_far_as_the_tolerance(target, tolerance, off):
    question = Number(id="q", text="?", target=target, tolerance=tolerance)
    written = f"{target + off:f}"
    if len(numbers_in(written)) == 1:
        assert question.is_right([written]) == (abs(off) <= tolerance)


def test_two_things_may_have_the_same_partner():
    question = Match(id="q", text="?", options=options(["a", "b", "c"], matches=["soft", "soft", "loud"]))
    assert question.is_right(["a=b", "b=a", "c=c"])
    assert not question.is_right(["a=c", "b=a", "c=c"])
    assert not question.is_right(["a=b", "b=a"])
    assert [line.is_right for line in question.lines(["a=c", "b=b", "c=nothing"])] == [False, True]


@given(st.integers(0, 20), st.integers(1, 20), st.integers(1, 100))
def test_more_right_answers_are_never_worse(right, total, pass_mark):
    right = min(right, total)
    assert is_enough(total, total, pass_mark)
    assert is_enough(right, total, pass_mark) <= is_enough(min(right + 1, total), total, pass_mark)


def test_every_kind_is_read_from_the_stream():
    raw = make.every_kind(picture_id=7, asset=type("Clip", (), {"pk": "7d0e6f3e-0000-4000-8000-000000000000"}))
    read = [question_of(one) for one in raw]
    assert [question.kind for question in read] == ["choice", "order", "match", "text", "number", "spot", "shot"]
    for question in read:
        assert question.is_right(question.right_answer())
    assert read[5].picture_id == 7
    assert read[5].options[1].area.x == 50
    assert read[6].options[0].video_id
    with pytest.raises(KeyError):
        question_of({"type": "riddle", "id": "q", "value": {"text": "?"}})
