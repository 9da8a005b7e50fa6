"""Links to other sites: tried at night, called dead after the second one, and forgotten with the lesson's last word."""

from datetime import timedelta

import pytest
from django.utils import timezone

from courses.checking import nightly
from courses.checking.addresses import addresses_in
from courses.checking.asking import Answer, Outcome
from courses.checking.report import check_lesson
from courses.models import ExternalLink, LessonPage, LinkRound
from tests.factories import courses as make

GONE, FINE, NOWHERE = Answer(Outcome.GONE, 404), Answer(Outcome.FINE, 200), Answer(Outcome.NOWHERE)
NIGHT = timezone.now().replace(hour=12, minute=0)


class Answering:
    """Answers as it is told; ``asked`` is what it was asked."""

    def __init__(self, answer=FINE, answers=None):
        self.answer, self.answers, self.asked = answer, answers or {}, []

    def ask(self, address):
        self.asked.append(address)
        return self.answers.get(address, self.answer)


@pytest.fixture(autouse=True)
def switched_on(settings, monkeypatch):
    settings.CHECK_LINKS = True
    monkeypatch.setattr(nightly, "PAUSE", 0)


@pytest.fixture
def at(monkeypatch):
    """A function that sets the clock to so many nights from now."""

    def go(nights):
        monkeypatch.setattr(timezone, "now", lambda: NIGHT + timedelta(days=nights))

    go(0)
    return go


def linking(*addresses):
    links = " ".join(f'<a href="{address}">there</a>' for address in addresses)
    return make.text(f"<p>See {links}.</p>")


def round_of(*answers):
    asker = Answering(*answers)
    nightly.check_links(asker)
    return asker.asked


def said(lesson):
    return [finding.what for finding in check_lesson(lesson).findings]


def test_a_link_is_dead_after_the_second_night(course, at):
    block = linking("https://gone.example/a#part")
    lesson = make.make_lesson(course, block)
    assert round_of(GONE) == ["https://gone.example/a"]
    assert said(lesson) == []
    assert round_of(GONE) == []  # not again in the same night
    at(1)
    assert round_of(GONE) == ["https://gone.example/a"]
    (finding,) = check_lesson(lesson).findings
    assert finding.block_id == block["id"]
    assert "https://gone.example/a. It has answered 404 since" in finding.what
    assert str(NIGHT.year) in finding.what


def test_where_nobody_answers_has_its_own_words(course, at):
    lost, long = "http://lost.example/", f"http://long.example/{'x' * 300}"
    lesson = make.make_lesson(course, make.assignment(brief=f'<p><a href="{lost}">this</a></p>'), linking(long))
    make.make_lesson(course, linking("https://here.example/"))
    for night in range(2):
        at(night)
        round_of(NOWHERE, {"https://here.example/": FINE, "https://also.example/": FINE})
        make.make_lesson(course, linking("https://also.example/"))
    first, second = said(lesson)
    assert "http://lost.example/. Nobody has answered there since" in first
    assert f"{long[:44]}…. Nobody" in second  # it has to fit a phone


def test_no_link_is_dead_because_we_are_cut_off(course, at):
    lesson = make.make_lesson(course, linking("http://a.example/", "http://b.example/"))
    for night in (0, 7, 14):
        at(night)
        assert len(round_of(NOWHERE)) == 2
    assert said(lesson) == []
    assert not ExternalLink.objects.filter(failures__gt=0).exists()


def test_what_works_again_is_not_dead_and_begins_anew(course, at):
    lesson = make.make_lesson(course, linking("https://back.example/"))
    for night, answer in enumerate([GONE, GONE, FINE]):
        at(night if night < 2 else 8)
        round_of(answer)
    assert said(lesson) == []
    at(15)
    round_of(GONE)
    assert said(lesson) == []
    link = ExternalLink.objects.get()
    assert (link.ok_at, link.failed_since) == (NIGHT + timedelta(days=8), NIGHT + timedelta(days=15))


@pytest.mark.parametrize("status", [401, 403, 429, 500, 503, None])
def test_what_lets_nobody_in_is_never_called_dead(course, at, status):
    lesson = make.make_lesson(course, linking("https://closed.example/"))
    for night in (0, 7, 14, 21):
        at(night)
        assert round_of(Answer(Outcome.UNSURE, status))
    assert said(lesson) == []


def test_an_address_is_asked_once_a_week_however_many_lessons_have_it(course, at):
    for _each in range(3):
        make.make_lesson(course, linking("https://a.example/", "https://a.example/"))
    assert [len(round_of()) for night in range(9) if at(night) is None] == [1, 0, 0, 0, 0, 0, 0, 1, 0]


def test_drafts_are_looked_at_and_what_no_lesson_has_is_forgotten(course, at):
    lesson = make.make_lesson(course, linking("https://live.example/"))
    make.make_lesson(course, linking("https://never-live.example/"), live=False)
    lesson.body = [("text", '<p><a href="https://draft.example/">there</a></p>')]
    lesson.save_revision()
    assert sorted(round_of()) == ["https://draft.example/", "https://live.example/", "https://never-live.example/"]
    LessonPage.objects.get(pk=lesson.pk).get_latest_revision().publish()
    round_of()
    assert set(ExternalLink.objects.values_list("address", flat=True)) == {
        "https://draft.example/",
        "https://never-live.example/",
    }
    course.delete()
    round_of()
    assert not ExternalLink.objects.exists()


def test_a_night_has_an_end_and_goes_on_where_it_stopped(course, at, monkeypatch):
    make.make_lesson(course, linking(*[f"https://{n}.example/" for n in range(5)]))
    monkeypatch.setattr(nightly, "MOST_A_NIGHT", 3)
    first = round_of()
    at(1)
    second = round_of()
    assert (len(first), len(second)) == (3, 2)
    assert len({*first, *second}) == 5
    at(8)
    monkeypatch.setattr(nightly, "SECONDS_A_NIGHT", -1)
    assert round_of() == []


def test_a_host_is_left_in_peace_between_two_questions(course, at, monkeypatch):
    slept = []
    monkeypatch.setattr(nightly, "PAUSE", 1.0)
    monkeypatch.setattr(nightly.time, "sleep", slept.append)
    make.make_lesson(course, linking("https://a.example/1", "https://a.example/2", "https://b.example/"))
    round_of()
    assert [seconds > 0.5 for seconds in slept] == [False, True, False]


def test_one_worker_a_night_is_told(db, settings):
    night = timezone.localtime().replace(hour=4)
    assert not nightly.ask_if_due(night.replace(hour=2))
    assert [nightly.ask_if_due(night) for _each in range(3)] == [True, False, False]
    assert nightly.ask_if_due(night + timedelta(days=1))
    assert LinkRound.objects.count() == 1
    settings.CHECK_LINKS = False
    assert not nightly.ask_if_due(night + timedelta(days=2))


def test_nothing_is_asked_or_said_when_it_is_switched_off(course, at, settings):
    lesson = make.make_lesson(course, linking("https://gone.example/"))
    for night in range(2):
        at(night)
        round_of(GONE)
    settings.CHECK_LINKS = False
    at(30)
    assert round_of() == []
    assert said(lesson) == []


def test_an_address_that_is_none_stops_nobody(course, at):
    lesson = make.make_lesson(course, linking("http://[", "http://?", "https://a.example/"))
    assert sorted(round_of()) == ["http://?", "http://[", "https://a.example/"]
    assert said(lesson) == []


def test_the_addresses_of_a_text():
    html = (
        '<p><a href="https://a.example/?x=1&amp;y=2#there">a</a><a linktype="page" id="3">p</a>'
        '<a href="mailto:a@b.example">m</a><a href="/here">h</a><a href="javascript:alert(1)">j</a>'
        f'<a href="http://{"x" * 600}.example">long</a><a href="HTTP://B.example/é">b</a>'
        '<a href="https://a.example/?x=1&amp;y=2">a</a></p>'
    )
    assert addresses_in(html) == ["https://a.example/?x=1&y=2", "HTTP://B.example/é"]
    assert addresses_in("<a href=" * 10_000) == []
