"""She and her instructor read the same advice, each beside the video; nobody else does."""

import pytest
from django.urls import reverse

from courses.shot_advice import told_about
from courses.submissions import submit
from media_pipeline.shot_check.advice import TITLES, Advice
from media_pipeline.shot_check.inspection import Report
from tests.factories import courses as make

pytestmark = pytest.mark.django_db
FOUND = Report([Advice("quiet", 0, 12_000, -41.0, is_whole=True), Advice("blurred", 65_000, 70_000, 17.2)])


@pytest.fixture
def task(course, enrolled):
    return make.make_lesson(course, make.assignment())


def asset_of(learner, report=FOUND):
    return make.make_asset(learner, shot_check=report.as_json())


def sent(learner, task, **options):
    (piece,) = task.pieces
    return submit(learner=learner, lesson=task, piece_id=piece.id, asset=asset_of(learner, **options), note="")


def page(client, person, name, *arguments):
    client.force_login(person)
    return client.get(reverse(name, args=arguments)).content.decode()


def test_she_reads_advice_with_moments_that_lead_into_her_video(client, enrolled, task):
    html = page(client, enrolled, "courses:feedback", sent(enrolled, task).pk)
    assert "A first look at your video" in html
    assert "It never counts as a grade." in html
    assert "The sound is very quiet." in html
    assert "Wipe the lens, tap on what you show" in html
    assert 'href="?t=65#video" data-seek-ms="65000"' in html
    assert "1:05" in html


def test_her_instructor_reads_the_same_list(client, enrolled, instructor, task):
    html = page(client, instructor, "courses:review", sent(enrolled, task).pk)
    assert "She sees the same list." in html
    assert [str(title) for code, title in TITLES.items() if f"{title}." in html] == [
        "The sound is very quiet",
        "The picture is out of focus",
    ]


def test_she_reads_it_before_she_sends(client, enrolled, task):
    asset_of(enrolled)
    (piece,) = task.pieces
    html = page(client, enrolled, "courses:send", task.lesson_key, piece.id)
    assert "The picture is out of focus." in html
    assert "data-seek-ms" not in html


def test_a_clean_video_is_told_so_and_one_from_before_the_check_says_nothing(client, enrolled, task):
    submission = sent(enrolled, task, report=Report([]))
    assert "Light, focus and sound look fine." in page(client, enrolled, "courses:feedback", submission.pk)
    submission.asset.shot_check = None
    submission.asset.save()
    assert "A first look" not in page(client, enrolled, "courses:feedback", submission.pk)


def test_nobody_else_reads_it(client, enrolled, outsider, task):
    submission = sent(enrolled, task)
    client.force_login(outsider)
    assert client.get(reverse("courses:feedback", args=[submission.pk])).status_code == 404


def test_each_advice_leads_to_the_piece_that_teaches_it(client, enrolled, instructor, course, task):
    lesson = make.make_lesson(course, make.text(), make.video(make.make_asset(), "quiet", "hum"), title="Clean sound")
    piece = next(piece for piece in lesson.pieces if piece.kind == "video")
    submission = sent(enrolled, task)
    for person, name in ((enrolled, "courses:feedback"), (instructor, "courses:review")):
        html = page(client, person, name, submission.pk)
        assert f'<a href="{lesson.url}#piece-{piece.id}">See “Clean sound”</a>' in html
        assert html.count("See “") == 1  # nobody teaches the other
    lesson.unpublish()
    assert "See “" not in page(client, enrolled, "courses:feedback", submission.pk)


def test_a_link_leads_only_where_she_may_go(course, task, enrolled, outsider):
    make.make_lesson(course, make.video(make.make_asset(), "quiet"), title="For those who joined")
    make.make_lesson(course, make.video(make.make_asset(), "blurred"), title="For all", open_to_all=True)
    (piece,) = task.pieces
    asset = asset_of(enrolled)

    def lessons(person):
        return [told.lesson for told in told_about(asset, lesson=task, piece_id=piece.id, to=person)]

    assert lessons(enrolled) == ["For those who joined", "For all"]
    assert lessons(outsider) == ["", "For all"]
    assert [told.url for told in told_about(asset, lesson=None, piece_id=piece.id, to=enrolled)] == ["", ""]


def test_what_the_assignment_asks_for_is_part_of_the_advice(client, course, enrolled):
    lesson = make.make_lesson(course, make.assignment(shape="portrait", min_seconds=30))
    (piece,) = lesson.pieces
    make.make_asset(enrolled, duration_ms=12_000, width=1280, height=720, shot_check=Report([]).as_json())
    html = page(client, enrolled, "courses:send", lesson.lesson_key, piece.id)
    assert "The video is too short." in html
    assert "Hold the phone upright" in html
    assert "Light, focus and sound look fine." not in html


def test_links_cost_the_same_however_many_lessons_teach(
    course, task, instructor, enrolled, django_assert_max_num_queries
):
    (piece,) = task.pieces
    asset = asset_of(enrolled)
    for _round in range(2):
        for code in ("quiet", "blurred", "dark"):
            make.make_lesson(course, make.video(make.make_asset(), code))
        fresh = type(task).objects.get(pk=task.pk)
        assert fresh.course
        with django_assert_max_num_queries(3):
            told_about(asset, lesson=fresh, piece_id=piece.id, to=instructor)
