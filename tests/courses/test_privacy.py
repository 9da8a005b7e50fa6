"""A copy of everything for her; and after she has gone, grades without her name or words."""

import json

from django.core.serializers.json import DjangoJSONEncoder

from courses import privacy, review
from courses.models import Certificate, Enrolment, Graduation, PieceProgress, ReviewNote, Submission
from courses.submissions import submit
from tests.factories import courses as make


def a_full_life(learner, instructor, course):
    """One passed video, and with it a certificate."""
    lesson = make.make_lesson(course, make.assignment())
    asset = make.make_asset(learner)
    sent = submit(learner=learner, lesson=lesson, piece_id=lesson.pieces[0].id, asset=asset, note="My kitchen")
    review.add_note(submission=sent, by=instructor, at_ms=1000, text="Your daughter is in the picture")
    review.decide(submission=sent, by=instructor, decision="pass", scores={"0": 3, "1": 2}, summary="Well done, Amina")
    return sent


def test_her_copy_holds_what_she_did_and_what_was_said(enrolled, instructor, course):
    a_full_life(enrolled, instructor, course)
    copy = json.dumps(privacy.export(enrolled), cls=DjangoJSONEncoder)
    for words in ("My kitchen", "Well done, Amina", "Your daughter is in the picture", "Your first video", "Light"):
        assert words in copy
    assert privacy.warnings(enrolled)


def test_after_erasing_the_grade_stays_without_her(client, enrolled, instructor, course, outsider):
    sent = a_full_life(enrolled, instructor, course)
    privacy.erase(enrolled)
    sent.refresh_from_db()
    assert (sent.state, sent.note, sent.decided_review.summary) == ("passed", "", "")
    assert sent.decided_review.points == 5
    assert not ReviewNote.objects.exists()
    assert not Enrolment.objects.exists()
    assert not PieceProgress.objects.exists()
    assert Graduation.objects.count() == 1
    page = client.get(Certificate.objects.get().get_absolute_url()).content.decode()
    assert enrolled.public_name not in page
    assert "Valid" in page


def test_what_waits_is_taken_back(enrolled, course):
    lesson = make.make_lesson(course, make.assignment())
    submit(learner=enrolled, lesson=lesson, piece_id=lesson.pieces[0].id, asset=make.make_asset(enrolled), note="")
    privacy.erase(enrolled)
    assert Submission.objects.get().state == "unusable"


def test_nobody_else_is_touched(enrolled, instructor, course, outsider):
    a_full_life(enrolled, instructor, course)
    privacy.erase(outsider)
    assert Submission.objects.get().note == "My kitchen"
    assert privacy.warnings(outsider) == []
