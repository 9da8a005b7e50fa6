"""What stands in the pieces of a course from elsewhere: only what the editor itself would save."""

import re

import pytest
from wagtail.models import Locale

from courses.blocks import TEXT_FEATURES
from courses.exchange.archive import opened
from courses.exchange.course_in import look_at
from courses.exchange.rich_words import allowed
from courses.models import ShelfPage
from tests.courses import zips
from tests.factories import courses as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def seen(shelf, instructor):
    """Look at a zip; what comes."""

    def look(files):
        with opened(zips.zip_of(files)) as archive:
            _read, comes = look_at(archive, into=ShelfPage.objects.get(shelf=shelf), by=instructor)
        return comes

    return look


def one(*pieces, more=None, **about):
    return {"course.json": zips.course(**about), "lessons/1.json": zips.lesson(zips.text(), *pieces)} | (more or {})


def said(course):
    return [str(finding) for finding in course.left_out]


@pytest.mark.parametrize(
    ("html", "kept"),
    [
        ("<p>Hi <b>there</b></p>", "<p>Hi <b>there</b></p>"),
        ("<p onclick='x()' style='color:red'>Hi</p>", "<p>Hi</p>"),
        ("<p>Hi<script>alert(1)</script></p>", "<p>Hi</p>"),
        ('<p><a href="javascript:alert(1)">Hi</a></p>', "<p>Hi</p>"),
        ('<p><a href=" JaVa&#x09;Script:alert(1)">Hi</a></p>', "<p>Hi</p>"),
        ('<p><a href="data:text/html,x">Hi</a></p>', "<p>Hi</p>"),
        ('<p><a href="https://example.org/">Hi</a></p>', '<p><a href="https://example.org/">Hi</a></p>'),
        ('<p><a linktype="page" id="1">Hi</a></p>', "<p>Hi</p>"),
        ('<p><a linktype="document" id="1">Hi</a></p>', "<p>Hi</p>"),
        ('<p>Hi<embed embedtype="image" id="1" alt="x" format="left"></p>', "<p>Hi</p>"),
        ('<p>Hi<img src=x onerror="alert(1)"><iframe src="//x"></iframe></p>', "<p>Hi</p>"),
        ("<h1>Hi</h1><svg onload=alert(1)></svg>", "<p>Hi</p>"),
        ("<table><tr><td>Hi</td></tr></table>", "<p>Hi</p>"),
    ],
)
def test_rich_text_is_what_the_editor_allows(html, kept):
    found = allowed(html, TEXT_FEATURES)
    assert re.sub(r' data-block-key="\w+"', "", found).replace("<p></p>", "") == kept


def test_deep_html_breaks_nothing():
    assert "Hi" in allowed("<div>" * 2000 + "Hi" + "</div>" * 2000, TEXT_FEATURES)


JUNK = [None, 7, [], {}, "x", {"questions": 3}, {"questions": [7]}, {"image": 5}, [[[]]], {"video": {"a": 1}}, True]


KINDS = ["heading", "text", "picture", "video", "quiz", "assignment"]
WORDS = {("heading", "x"), ("text", "x")}


@pytest.mark.parametrize(
    ("kind", "junk"), [(kind, junk) for kind in KINDS for junk in JUNK if (kind, str(junk)) not in WORDS]
)
def test_a_piece_that_is_none_is_left_out_and_the_rest_comes(seen, kind, junk):
    course = seen(one({"type": kind, "value": junk}))
    assert [raw["type"] for raw in course.lessons[0].body] == ["text"]
    assert said(course)[0].startswith("Lesson 1, piece 2")


def test_an_unknown_piece_and_an_unknown_question_are_named(seen):
    quiz = {"title": "Q", "pass_mark": 60, "questions": [{"type": "riddle", "value": {}}]}
    course = seen(one({"type": "game", "value": {}}, {"type": "quiz", "value": quiz}))
    assert said(course)[0] == "Lesson 1, piece 2: “game” is not known here."
    assert said(course)[1].startswith("Lesson 1, piece 3 (quiz)")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', "no picture"),
        (b"GIF89a<script>", "no picture"), (None, "not in the file"), (b"\x89PNG\r\n\x1a\n" + b"0" * 90, "no picture"),
        (zips.picture("BMP"), "no picture"),
    ],
)  # fmt: skip
def test_a_picture_that_is_none_is_left_out(seen, content, words):
    more = {"p.png": content} if content else {}
    course = seen(one(more=more, pictures={"p.png": {"title": "Plan"}}, cover="p.png"))
    assert (len(said(course)), words in said(course)[0]) == (1, True)


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"#EXTM3U\n/etc/passwd", "no video"), (b"PK\x03\x04", "no video"), (zips.picture(), "no video"),
     (b"", "no video"), (None, "not in the file")],
)  # fmt: skip
def test_a_video_that_is_none_is_left_out_with_its_piece(seen, content, words):
    clip = {"type": "video", "value": {"video": "v", "caption": "", "transcript": "", "teaches": []}}
    more = {"v": content} if content is not None else {}
    course = seen(one(clip, more=more, videos={"v": {"title": "Film"}}))
    assert words in said(course)[0]
    assert len(course.lessons[0].body) == 1


def test_captions_that_are_none_are_left_out_and_the_video_comes(seen):
    videos = {"v": {"title": "Film", "captions": {"en": "c", "zh": "gone", "../x": "c", "de": "v"}}}
    course = seen(one(more={"v": zips.MP4, "c": "no captions"}, videos=videos))
    assert said(course) == ["The captions of “Film” cannot be read."]
    assert dict(course.videos["v"].captions) == {}


def test_an_id_of_this_site_is_no_name_in_a_file(seen, shelf):
    secret = make.make_asset(title="Secret", collection=make.make_shelf(shelf.group.user_set.first(), "B").collection)
    clip = {"type": "video", "value": {"video": str(secret.pk), "caption": "", "transcript": "", "teaches": []}}
    task = make.assignment(make.make_rubric())
    course = seen(one(clip, task))
    assert len(course.lessons[0].body) == 1
    assert len(said(course)) == 2


def test_a_drill_and_a_rubric_that_are_none_are_named(seen):
    rubrics = {"r": {"name": "R", "criteria": [{"title": "", "good": "", "points": 99}]}, "s": {"name": "S"}}
    drills = [{"title": "D", "skill": "magic", "question": {}}, {"title": "E"}]
    course = seen(one(rubrics=rubrics, drills=drills))
    assert len(said(course)) == 4
    assert (course.rubrics, course.drills) == ({}, [])


def test_another_language_is_said(seen):
    course = seen(one(language="zh-hans"))
    assert said(course) == [f"It was written in “zh-hans” and comes as “{Locale.get_default().language_code}”."]
