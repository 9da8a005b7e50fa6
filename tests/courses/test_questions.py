"""Questions of every kind as plain forms, and answers that are kept while she chooses them."""

import time
import uuid

import pytest
from django.core.cache import cache
from django.http import QueryDict
from django.urls import reverse
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file

from courses import privacy
from courses.grading import quiz_of
from courses.models import PieceProgress, QuizAttempt, QuizDraft
from courses.questions.forms import QuizForm, partner_token
from courses.questions.marking import Match, Order
from tests.factories import courses as make


@pytest.fixture
def lesson(course, enrolled):
    """A quiz with every kind of question, a picture and a clip."""
    picture = get_image_model().objects.create(title="Kitchen", file=get_test_image_file())
    media = {"picture_id": picture.pk, "asset": make.make_asset()}
    return make.make_lesson(course, make.quiz_of_every_kind(**media), make.text())


def quiz(lesson):
    return quiz_of(lesson.pieces[0])


def url(lesson, name="quiz"):
    return reverse(f"courses:{name}", args=[lesson.lesson_key, lesson.pieces[0].id])


def filled(lesson, **fields):
    """The form as she sends it, everything right."""
    data = {"client_id": str(uuid.uuid4()), "language": "en"}
    for question in quiz(lesson).questions:
        answer, name = question.right_answer(), f"q-{question.id}"
        if isinstance(question, Order):
            data |= {f"{name}-{option_id}": place for place, option_id in enumerate(answer, 1)}
        elif isinstance(question, Match):
            pairs = [pair.split("=") for pair in answer]
            data |= {f"{name}-{left}": partner_token(question, question.option(right)) for left, right in pairs}
        else:
            data[name] = answer
    return data | fields


def names_of(lesson, kind):
    question = next(one for one in quiz(lesson).questions if one.kind == kind)
    return [f"q-{question.id}-{option.id}" for option in question.options] or [f"q-{question.id}"]


def test_every_kind_is_answered_by_a_plain_form(client, enrolled, lesson):
    client.force_login(enrolled)
    page = client.get(url(lesson)).content.decode()
    for words in ("In which order?", "What belongs together?", "Which light?", "data-spots", "data-player"):
        assert words in page
    response = client.post(url(lesson), filled(lesson), follow=True)
    page = response.content.decode()
    assert "7 of 7 right" in page
    for words in ("1. Pour", "Why Knead", "Curtain – soft", "You wrote: Daylight", "About The lamp", "Well seen"):
        assert words in page
    assert PieceProgress.objects.get().completed_at is not None
    assert QuizAttempt.objects.get().passed


def test_wrong_parts_are_named_and_right_ones_too(client, enrolled, lesson):
    client.force_login(enrolled)
    first, second, third = names_of(lesson, "order")
    data = filled(lesson, **{first: 2, second: 1, third: 3})
    page = client.post(url(lesson), data, follow=True).content.decode()
    assert "6 of 7 right" in page
    assert "1. Knead" in page
    assert "Look once more" in page
    assert not QuizAttempt.objects.get().passed


@pytest.mark.parametrize(
    ("kind", "value", "message"),
    [
        ("order", "1", "Two of them have the same place."),
        ("order", "", "Something is still open here."),
        ("order", "9", "Select a valid choice"),
        ("match", "", "Something is still open here."),
        ("match", str(uuid.uuid4()), "Select a valid choice"),
        ("text", "", "This field is required."),
        ("text", "x" * 5000, "at most 300"),
        ("number", "soon", "Write a number"),
        ("number", "1e999", "Write a number"),
    ],
)
def test_what_is_missing_or_impossible_is_said_and_the_rest_kept(client, enrolled, lesson, kind, value, message):
    client.force_login(enrolled)
    data = filled(lesson, **dict.fromkeys(names_of(lesson, kind), value))
    response = client.post(url(lesson), data)
    page = response.content.decode()
    assert response.status_code == 422
    assert message in page
    assert data["client_id"] in page
    assert page.count(" checked") == 3
    assert not QuizAttempt.objects.exists()


def test_steps_are_shown_mixed_and_the_same_when_the_form_comes_back(lesson):
    questions = quiz(lesson).questions
    order = next(one for one in questions if one.kind == "order")
    for _ in range(30):
        form = QuizForm(questions, prefix="x")
        shown = form.names[order.id]
        assert shown != [f"q-{order.id}-{option.id}" for option in order.options]
        again = QuizForm(questions, {"client_id": form.seed}, prefix="x")
        assert again.names[order.id] == shown


def test_the_source_of_the_page_does_not_tell_what_belongs_together(client, enrolled, lesson):
    client.force_login(enrolled)
    page = client.get(url(lesson)).content.decode()
    match = next(one for one in quiz(lesson).questions if one.kind == "match")
    assert all(f'name="q-{match.id}-{option.id}"' in page for option in match.options)
    assert not any(f'value="{option.id}"' in page for option in match.options)
    data = {"client_id": str(uuid.uuid4())} | {f"q-{match.id}-{o.id}": o.id for o in match.options}
    form = QuizForm((match,), QueryDict("&".join(f"{key}={value}" for key, value in data.items())), prefix="x")
    assert not form.is_valid()


@pytest.mark.once
def test_a_lesson_with_all_there_is_asks_ten_times_at_most(client, enrolled, course, django_assert_max_num_queries):
    def count(amount):
        """Ask for a lesson with ``amount`` pictures, videos and quizzes of every kind, and two films of hers."""
        images = [get_image_model().objects.create(title="Kitchen", file=get_test_image_file()) for _ in range(amount)]
        chosen = [{"image": image.pk, "alt_text": f"Kitchen {image.pk}", "decorative": False} for image in images]
        pictures = [make.block("picture", {"image": each, "caption": ""}) for each in chosen]
        films = [make.video(make.make_asset()) for _ in images]
        quizzes = [make.quiz_of_every_kind(picture_id=image.pk, asset=make.make_asset()) for image in images]
        tasks = [make.assignment(example=str(make.make_asset().pk)) for _ in range(2)]
        lesson = make.make_lesson(course, *pictures, *films, *quizzes, *tasks, title=f"Lesson {amount}")
        page = client.get(lesson.url).content.decode()  # makes the renditions
        assert all(f'alt="Kitchen {image.pk}"' in page for image in images)
        with django_assert_max_num_queries(10) as captured:
            assert client.get(lesson.url).status_code == 200
        return len(captured)

    client.force_login(enrolled)
    cache.clear()  # what other tests have left there
    few = count(3)
    assert count(60) == few


def kept(client, lesson, data, written):
    return client.post(url(lesson, "draft"), data | {"written": str(written)})


def test_what_she_chose_waits_on_the_server_for_another_device(client, enrolled, lesson):
    client.force_login(enrolled)
    assert client.get(url(lesson, "draft")).status_code == 204
    name = names_of(lesson, "text")[0]
    data = {"client_id": str(uuid.uuid4()), name: "dusk", "q-other": "no", "csrf": "no"}
    assert kept(client, lesson, data, 1000).status_code == 204
    assert client.get(url(lesson, "draft")).json() == {
        "client_id": data["client_id"],
        "fields": {name: ["dusk"]},
        "written": 1000,
    }


def test_of_two_devices_the_later_counts_in_any_order_and_however_often(client, enrolled, lesson):
    client.force_login(enrolled)
    name = names_of(lesson, "text")[0]
    sent = [({"client_id": str(uuid.uuid4()), name: word}, at) for word, at in (("a", 1), ("c", 3), ("b", 2))]
    for data, at in [*sent, *reversed(sent), *sent]:
        kept(client, lesson, data, at)
    assert client.get(url(lesson, "draft")).json()["fields"] == {name: ["c"]}
    assert QuizDraft.objects.count() == 1


def test_a_clock_that_is_ahead_keeps_nobody_out_for_long(client, enrolled, lesson):
    client.force_login(enrolled)
    name = names_of(lesson, "text")[0]
    kept(client, lesson, {"client_id": str(uuid.uuid4()), name: "a"}, 10**15)
    time.sleep(0.01)
    kept(client, lesson, {"client_id": str(uuid.uuid4()), name: "b"}, int(time.time() * 1000))
    assert client.get(url(lesson, "draft")).json()["fields"] == {name: ["b"]}


def test_what_comes_after_handing_in_is_too_late(client, enrolled, lesson):
    client.force_login(enrolled)
    data = filled(lesson)
    kept(client, lesson, data, 1000)
    client.post(url(lesson), data)
    assert not QuizDraft.objects.exists()
    kept(client, lesson, data, 2000)
    assert client.get(url(lesson, "draft")).status_code == 204


@pytest.mark.parametrize("fields", [{}, {"client_id": "x", "written": "1"}, {"client_id": str(uuid.uuid4())}])
def test_what_is_no_draft_is_refused(client, enrolled, lesson, fields):
    client.force_login(enrolled)
    assert client.post(url(lesson, "draft"), fields).status_code == 400


def test_a_huge_draft_is_cut(client, enrolled, lesson):
    client.force_login(enrolled)
    name = names_of(lesson, "text")[0]
    kept(client, lesson, {"client_id": str(uuid.uuid4()), name: ["y" * 10_000] * 100}, 5)
    (values,) = QuizDraft.objects.get().fields.values()
    assert len(values) == 20
    assert len(values[0]) == 300


def test_a_draft_is_hers_alone(client, enrolled, outsider, instructor, lesson):
    client.force_login(enrolled)
    kept(client, lesson, {"client_id": str(uuid.uuid4()), names_of(lesson, "text")[0]: "dusk"}, 1000)
    client.force_login(outsider)
    assert client.get(url(lesson, "draft")).status_code == 403
    client.force_login(instructor)
    assert client.get(url(lesson, "draft")).status_code == 204
    client.logout()
    assert client.get(url(lesson, "draft")).status_code == 401
    assert "dusk" in str(privacy.export(enrolled))
    privacy.erase(enrolled)
    assert not QuizDraft.objects.exists()


def test_an_anonymous_reader_sees_the_questions_and_cannot_answer(client, course):
    lesson = make.make_lesson(course, make.quiz_of_every_kind(), open_to_all=True)
    page = client.get(lesson.url).content.decode()
    assert "In which order?" in page
    assert "Check my answers" not in page
