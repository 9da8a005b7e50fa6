"""Which lesson a phone may keep, and what it sends late: for whom it counts, and what it is told."""

import uuid

import pytest
from django.urls import reverse
from wagtail.models import PageViewRestriction

from courses.grading import quiz_of
from courses.models import PieceProgress, QuizAttempt, QuizDraft
from courses.tickets import device_key
from tests.factories import courses as make

pytestmark = pytest.mark.django_db
OFFERED = "data-keep="


def html(client, lesson):
    return client.get(lesson.url).content.decode()


def test_a_lesson_is_offered_to_be_kept_to_who_is_signed_in(client, enrolled, lesson):
    assert OFFERED not in html(client, lesson)
    client.force_login(enrolled)
    assert f'data-keep="{lesson.lesson_key}"' in html(client, lesson)


def test_an_open_lesson_is_not_kept_for_a_visitor(client, course):
    lesson = make.make_lesson(course, make.text(), open_to_all=True)
    assert "data-ticket" not in html(client, lesson)
    assert OFFERED not in html(client, lesson)


def test_a_closed_lesson_is_not_offered(client, outsider, lesson):
    client.force_login(outsider)
    assert OFFERED not in html(client, lesson)


def test_a_draft_is_not_offered(course):
    lesson = make.make_lesson(course, make.text(), live=False)
    assert OFFERED not in lesson.make_preview_request().rendered_content


def test_a_lesson_that_not_everybody_may_see_is_not_offered(client, enrolled, lesson):
    PageViewRestriction.objects.create(page=lesson, restriction_type=PageViewRestriction.LOGIN)
    client.force_login(enrolled)
    page = html(client, lesson)
    assert "data-ticket" in page
    assert OFFERED not in page


def test_nothing_is_offered_on_a_phone_that_others_use(client, enrolled, lesson):
    enrolled.shared_phone = True
    enrolled.save()
    client.force_login(enrolled)
    page = html(client, lesson)
    assert OFFERED not in page
    assert "data-shared-phone" in page


def test_a_film_may_be_kept_only_where_the_course_gives_its_films_away(client, enrolled, course):
    asset = make.make_asset()
    lesson = make.make_lesson(course, make.video(asset))
    client.force_login(enrolled)
    assert "data-keep-as" not in html(client, lesson)
    course.allows_downloads = True
    course.save_revision().publish()
    assert f'data-keep-as="{asset.outputs.removeprefix("outputs/")}"' in html(client, lesson)


def piece_of(lesson, kind):
    return next(piece for piece in lesson.pieces if piece.kind == kind)


def url_of(name, lesson, kind):
    return reverse(f"courses:{name}", args=[lesson.lesson_key, piece_of(lesson, kind).id])


@pytest.mark.parametrize(("name", "kind"), [("done", "reading"), ("quiz", "quiz"), ("draft", "quiz")])
def test_what_another_did_on_the_same_phone_is_not_taken_for_hers(client, enrolled, instructor, lesson, name, kind):
    client.force_login(enrolled)
    sent = {"learner": device_key(instructor), "client_id": str(uuid.uuid4()), "written": "1"}
    assert client.post(url_of(name, lesson, kind), sent).status_code == 401
    for kept in (PieceProgress, QuizAttempt, QuizDraft):
        assert not kept.objects.exists()


def test_a_report_of_another_waits_until_she_is_back(client, enrolled, instructor):
    client.force_login(enrolled)
    answer = client.post(reverse("courses:progress"), {"learner": device_key(instructor), "events": "[]"})
    assert answer.status_code == 401
    answer = client.post(reverse("courses:progress"), {"learner": device_key(enrolled), "events": "[]"})
    assert answer.json()["kept"] == []


@pytest.mark.parametrize(("name", "kind"), [("done", "reading"), ("quiz", "quiz")])
def test_a_form_that_comes_late_waits_until_she_has_signed_in(client, enrolled, lesson, name, kind):
    address = url_of(name, lesson, kind)
    assert client.post(address, {"learner": device_key(enrolled)}).status_code == 401
    assert client.post(address).url.startswith(reverse("account_login"))  # a form without the script


def test_a_form_that_comes_late_is_told_where_it_leads_however_often(client, enrolled, lesson):
    client.force_login(enrolled)
    late = {"learner": device_key(enrolled)}
    answers = [client.post(url_of("done", lesson, "reading"), late) for _time in range(2)]
    assert {answer.json()["url"] for answer in answers} == {f"{lesson.url}#piece-{lesson.pieces[1].id}"}
    assert PieceProgress.objects.filter(completed_at__isnull=False).count() == 1


def test_answers_that_come_late_are_one_attempt_and_told_where_it_is(client, enrolled, lesson):
    client.force_login(enrolled)
    chosen = {f"q-{each.id}": each.options[0].id for each in quiz_of(piece_of(lesson, "quiz")).questions}
    late = {"learner": device_key(enrolled), "client_id": str(uuid.uuid4())}
    assert client.post(url_of("quiz", lesson, "quiz"), late).json() == {"url": ""}  # nothing chosen: a draft
    addresses = {client.post(url_of("quiz", lesson, "quiz"), late | chosen).json()["url"] for _time in range(2)}
    assert addresses == {reverse("courses:attempt", args=[QuizAttempt.objects.get().pk])}


def test_the_page_of_what_is_kept_takes_no_message_from_her(client, enrolled, course):
    lesson = make.make_lesson(course, make.text())
    client.force_login(enrolled)
    client.post(reverse("courses:done", args=[lesson.lesson_key, lesson.pieces[0].id]))
    told_her = f"You have finished “{lesson.title}”."
    assert told_her not in client.get("/on-this-phone/").content.decode()
    assert told_her in client.get("/learn/").content.decode()
