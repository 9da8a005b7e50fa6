"""A copy of a course: everything that was written comes along, nothing that learners did."""

import json

import pytest
from django.urls import reverse
from wagtail.models import Revision

from courses.enrolment import enrol
from courses.grading import quiz_of
from courses.models import CoursePage, LessonPage, PieceProgress
from courses.place import place_to_continue
from courses.progress import finish_piece
from tests.factories import courses as make
from tests.factories.accounts import UserFactory


@pytest.fixture
def copied(client, instructor, shelf, course, lesson):
    """A copy of the course with its lesson, made by the instructor in the admin."""
    lesson.save_revision()
    lesson.save_revision()
    client.force_login(instructor)
    address = reverse("wagtailadmin_pages:copy", args=[course.pk])
    form = {
        "new_title": "Your first video again",
        "new_slug": "again",
        "new_parent_page": course.get_parent().pk,
        "copy_subpages": "on",
        "alias": "on",  # is not offered, and does nothing
    }
    assert client.post(address, form).status_code == 302
    return CoursePage.objects.get(slug="again")


def ids_in(raw):
    """Every id of a block in a raw stream."""
    if isinstance(raw, list):
        return {one for part in raw for one in ids_in(part)}
    if not isinstance(raw, dict):
        return set()
    own = {raw["id"]} if "value" in raw else set()
    return own | {one for part in raw.values() for one in ids_in(part)}


def test_it_is_a_draft_with_all_that_was_written(copied, course, lesson):
    (again,) = LessonPage.objects.child_of(copied)
    assert not copied.live
    assert not again.live
    assert again.alias_of is None
    assert [piece.kind for piece in again.pieces] == [piece.kind for piece in lesson.pieces]
    assert again.pieces[1].asset_id == lesson.pieces[1].asset_id
    assert again.pieces[3].value["rubric"] == lesson.pieces[3].value["rubric"]
    ours, theirs = quiz_of(lesson.pieces[2]), quiz_of(again.pieces[2])
    assert [(q.text, [o.text for o in q.options]) for q in ours.questions] == [
        (q.text, [o.text for o in q.options]) for q in theirs.questions
    ]


def test_no_course_lesson_piece_question_or_answer_has_a_name_of_the_original(copied, course, lesson):
    (again,) = LessonPage.objects.child_of(copied)
    assert copied.course_key != course.course_key
    assert again.lesson_key != lesson.lesson_key
    before, after = ids_in(list(lesson.body.raw_data)), ids_in(list(again.body.raw_data))
    assert len(before) == len(after) > 10
    assert not before & after


def test_its_drafts_have_the_same_new_names_so_that_they_can_be_compared(client, copied, lesson):
    (again,) = LessonPage.objects.child_of(copied)
    revisions = list(Revision.objects.for_instance(again).order_by("pk"))
    assert len(revisions) == 3
    names = ids_in(list(again.body.raw_data))
    assert all(ids_in(json.loads(revision.content["body"])) == names for revision in revisions)
    compare = reverse("wagtailadmin_pages:revisions_compare", args=[again.pk, revisions[0].pk, revisions[-1].pk])
    assert client.get(compare).status_code == 200
    assert client.get(reverse("wagtailadmin_pages:edit", args=[again.pk])).status_code == 200


def test_what_is_done_in_one_is_not_done_in_the_other(copied, course, lesson, learner):
    copied.get_latest_revision().publish()
    (again,) = LessonPage.objects.child_of(copied)
    again.get_latest_revision().publish()
    for each in (course, copied):
        enrol(learner=learner, course=each)
    finish_piece(
        learner=learner, course_key=course.course_key, lesson_key=lesson.lesson_key, piece_id=lesson.pieces[0].id
    )
    assert place_to_continue(learner, course).piece_id == lesson.pieces[1].id
    again.refresh_from_db()
    assert place_to_continue(learner, copied).piece_id == again.pieces[0].id
    assert not PieceProgress.objects.filter(course_key=copied.course_key).exists()


def test_a_lesson_copied_within_its_course_is_still_to_be_done(client, administrator, course, lesson, enrolled):
    finish_piece(
        learner=enrolled, course_key=course.course_key, lesson_key=lesson.lesson_key, piece_id=lesson.pieces[0].id
    )
    client.force_login(administrator)
    address = reverse("wagtailadmin_pages:copy", args=[lesson.pk])
    form = {"new_title": "Once more", "new_slug": "more", "new_parent_page": course.pk, "publish_copies": "on"}
    assert client.post(address, form).status_code == 302
    lesson.unpublish()
    again = LessonPage.objects.get(slug="more")
    assert again.live
    assert place_to_continue(enrolled, course).piece_id == again.pieces[0].id


def test_somebody_elses_course_is_not_copied(client, course, lesson):
    stranger = UserFactory(role="instructor")
    hers = make.make_shelf(stranger, "Other").pages.first()
    client.force_login(stranger)
    address = reverse("wagtailadmin_pages:copy", args=[course.pk])
    form = {"new_title": "Mine", "new_slug": "mine", "new_parent_page": hers.pk, "copy_subpages": "on"}
    assert client.post(address, form).status_code in (302, 403)
    assert not CoursePage.objects.filter(slug="mine").exists()


def test_no_alias_is_offered(client, administrator, course):
    client.force_login(administrator)
    page = client.get(reverse("wagtailadmin_pages:copy", args=[course.pk])).content.decode()
    assert 'name="new_slug"' in page
    assert 'name="alias"' not in page
