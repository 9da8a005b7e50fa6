"""What to mend in a lesson: each fault is found where it stands, and a sound lesson has none."""

import json
import uuid

import pytest
from wagtail.models import Page
from wagtail_localize.models import StringSegment

from courses.checking.report import check_courses, check_lesson
from media_pipeline.models import Asset, Caption
from tests.courses.test_readability import HARD
from tests.courses.test_translation import translate
from tests.factories import courses as make


def captioned(**values):
    asset = make.make_asset(**values)
    Caption.objects.create(asset=asset, language="en", text="WEBVTT\n")
    return asset


def said(lesson):
    return [(finding.where, finding.what) for finding in check_lesson(lesson).findings]


def only_finding(course, *blocks):
    """The one thing to mend in a lesson of ``blocks``."""
    (finding,) = check_lesson(make.make_lesson(course, *blocks)).findings
    return finding


def picture(**value):
    return make.block("picture", {"image": {"image": 1, "alt_text": "", "decorative": False} | value, "caption": ""})


def question(kind="choice", **changes):
    """A quiz with one question of ``kind``, some of it changed."""
    asked = next(one for one in make.every_kind() if one["type"] == kind)
    asked["value"] |= changes
    return make.block("quiz", {"title": "Light", "pass_mark": 60, "questions": [asked]}), asked


def test_a_sound_lesson_has_nothing_to_mend(course):
    lesson = make.make_lesson(
        course, make.text(), make.video(captioned()), make.quiz_of_every_kind(), make.assignment()
    )
    assert said(lesson) == []


def test_a_video_without_captions_in_the_language_of_the_page(course):
    asset = make.make_asset()
    Caption.objects.create(asset=asset, language="zh-hans", text="WEBVTT\n")
    finding = only_finding(course, make.text(), make.video(asset))
    assert finding.where == "2. Video"
    assert "no captions" in finding.what


def test_captions_by_a_machine_want_to_be_read_once(course):
    asset = captioned()
    asset.captions.update(machine_made=True)
    assert "confirm" in only_finding(course, make.video(asset)).what


def test_a_video_without_sound_needs_no_captions(course):
    advice = [{"code": "no_sound", "from_ms": 0, "to_ms": 0, "value": 0, "is_whole": True}]
    asset = make.make_asset(shot_check={"advice": advice})
    assert [one.code for one in asset.advice] == ["no_sound"]
    assert said(make.make_lesson(course, make.video(asset))) == []


def test_a_video_that_is_gone(course):
    asset = captioned()
    lesson = make.make_lesson(course, make.video(asset))
    Asset.objects.filter(pk=asset.pk).delete()
    assert "no video here" in said(lesson)[0][1]
    nothing = make.block("video", {"video": None, "caption": "", "transcript": "", "teaches": []})
    assert "no video here" in only_finding(course, nothing).what


def test_a_piece_over_six_minutes(course):
    assert "more than 6 minutes" in only_finding(course, make.video(captioned(duration_ms=361_000))).what
    assert said(make.make_lesson(course, make.video(captioned(duration_ms=360_000)))) == []


def test_a_picture_without_words_is_found_at_its_own_block(course):
    bad = picture()
    finding = only_finding(course, make.text(), bad, picture(decorative=True), picture(alt_text="A lamp"))
    assert finding.block_id == bad["id"]
    assert finding.where == "1. Reading"


def test_a_link_to_what_is_not_published(course):
    draft = make.make_lesson(course, title="Not yet", live=False)
    live = make.make_lesson(course, title="Here")
    gone = Page.objects.order_by("pk").last().pk + 1000

    def link(pk):
        return make.text(f'<p>See <a linktype="page" id="{pk}">this</a> and <a href="https://example.org">that</a></p>')

    assert said(make.make_lesson(course, link(live.pk))) == []
    for pk in (draft.pk, gone):
        assert "not published" in only_finding(course, link(pk)).what


def test_a_question_without_a_right_answer_or_without_feedback(course):
    wrong = [make.item(text=t, is_right=False, feedback="Look") for t in "AB"]
    quiz, asked = question(choices=wrong)
    finding = only_finding(course, quiz)
    assert finding.where == "1. Quiz: Light"
    assert "no right answer" in finding.what
    assert finding.block_id == asked["id"]
    mute = [make.item(text=t, is_right=t == "A", feedback="") for t in "AB"]
    assert "no feedback" in only_finding(course, question(choices=mute)[0]).what
    assert "no feedback" in only_finding(course, question("order", wrong="")[0]).what
    assert "no right answer" in only_finding(course, question("text", accepted=[])[0]).what


@pytest.mark.parametrize(
    ("kind", "changes"),
    [("number", {"target": None}), ("choice", {"choices": None}), ("match", {"pairs": [{"value": {}}]})],
)
def test_a_question_that_is_half_written_is_named_and_breaks_nothing(course, kind, changes):
    assert "not finished" in only_finding(course, question(kind, **changes)[0]).what


def test_words_that_ask_for_much_school_in_english(course):
    hard = make.text(f"<p>{HARD}</p>" * 5)
    finding = only_finding(course, make.text(), make.video(captioned()), hard)
    assert finding.where == "Reading level"
    assert finding.block_id == hard["id"]
    assert "Consequently" in finding.what


def test_a_sentence_is_quoted_as_it_is_read(course):
    hard = make.text(f"<p>{HARD.replace('Consequently', 'Consequently &amp; <b>inevitably</b>')}</p>" * 5)
    assert "Consequently & inevitably" in only_finding(course, hard).what


def test_what_is_not_translated_is_said_at_its_source(chinese, course, lesson):
    assert "no version in 简体中文" in said(lesson)[-1][1]
    translate(course, chinese, {})
    target = translate(lesson, chinese, {"Window light": "窗边的光"})
    (part,) = [what for where, what in said(lesson) if where == "Translation"]
    total = StringSegment.objects.filter(source__object_id=lesson.translation_key).count()
    assert part.startswith(f"1 of {total} ")
    assert not [what for where, what in said(target) if where == "Translation"]


def test_the_draft_is_what_is_checked(course):
    lesson = make.make_lesson(course, make.text(), live=True)
    lesson.body = json.dumps([picture()])
    lesson.save_revision()
    (of_course, of_lesson) = check_courses([course])[course.pk]
    assert of_course.findings == []
    (finding,) = of_lesson.findings
    assert finding.where == "1. Reading"


@pytest.mark.once
def test_three_lessons_or_three_hundred_cost_the_same(course, django_assert_num_queries):
    def lessons(number):
        for _each in range(number):
            lesson = make.make_lesson(course, make.text(), make.video(make.make_asset()), title=str(uuid.uuid4()))
            lesson.save_revision()

    lessons(3)
    with django_assert_num_queries(6):
        three = check_courses([course])[course.pk]
    lessons(297)
    with django_assert_num_queries(6):
        many = check_courses([course])[course.pk]
    assert (len(three), len(many)) == (4, 301)
    assert sum(len(one.findings) for one in many) == 300
