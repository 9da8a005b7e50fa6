"""Two tries side by side: whose they are, what was said then and now, and what cannot be shown."""

import pytest
from django.urls import reverse

from courses import privacy, review
from courses.enrolment import enrol
from courses.models import Review, Submission
from courses.shelves import add_teacher
from courses.submissions import submit
from media_pipeline.assets import empty
from tests.factories import courses as make
from tests.factories.accounts import UserFactory


@pytest.fixture
def task(course, enrolled):
    return make.make_lesson(course, make.assignment())


def send(learner, lesson, **values):
    asset = make.make_asset(learner, **values)
    return submit(learner=learner, lesson=lesson, piece_id=lesson.pieces[0].id, asset=asset)


def answer(submission, instructor, *, points=1, words="Hold it longer.", note=""):
    if note:
        review.add_note(submission=submission, by=instructor, at_ms=3000, text=note)
    review.decide(
        submission=submission, by=instructor, decision="again", scores={"0": points, "1": points}, summary=words
    )
    return submission


@pytest.fixture
def first(enrolled, task, instructor):
    return answer(send(enrolled, task), instructor, note="Here it shakes.")


@pytest.fixture
def second(first, enrolled, task):
    return send(enrolled, task)


def hers(submission, *number):
    return reverse("courses:beside_hers", args=[submission.pk, *number])


def reviewed(submission, *number):
    return reverse("courses:beside", args=[submission.pk, *number])


def test_the_learner_sees_both_tries_and_what_was_said(client, enrolled, instructor, first, second):
    answer(second, instructor, points=2, words="Much calmer.")
    client.force_login(enrolled)
    page = client.get(hers(second)).content.decode()
    assert page.count("data-master=") == 2
    for words in ("Try 1", "Try 2", "Here it shakes.", "Hold it longer.", "Much calmer."):
        assert words in page
    assert page.index("Hold it longer.") < page.index("Much calmer.")
    own = reverse("courses:feedback", args=[first.pk])
    assert f'href="{own}?t=3#video"' in page
    line = page[page.index('<th scope="row">') :]
    assert line.index('<td class="money">1</td>') < line.index('<td class="money">2</td>')
    assert hers(second) in client.get(reverse("courses:feedback", args=[second.pk])).content.decode()
    assert hers(first) not in client.get(reverse("courses:feedback", args=[first.pk])).content.decode()


def test_the_reviewer_sees_her_draft_and_the_learner_does_not(client, enrolled, instructor, first, second):
    review.take(submission=second, by=instructor)
    review.save_draft(submission=second, by=instructor, scores={"0": 2}, summary="Half a thought")
    client.force_login(instructor)
    page = client.get(reviewed(second)).content.decode()
    assert "Half a thought" in page
    assert "Hold it longer." in page
    assert reviewed(second) in client.get(reverse("courses:review", args=[second.pk])).content.decode()
    client.force_login(enrolled)
    assert "Half a thought" not in client.get(hers(second)).content.decode()
    Review.objects.filter(submission=second).update(chosen="pass", settles_at=second.sent_at)
    assert "Half a thought" not in client.get(hers(second)).content.decode()


def test_nobody_else_sees_them(client, enrolled, instructor, second, outsider, course):
    stranger = UserFactory(role="instructor")
    make.make_shelf(stranger, "Elsewhere")
    enrol(learner=outsider, course=course)
    for person, allowed in ((enrolled, hers), (instructor, reviewed), (stranger, None), (outsider, None)):
        client.force_login(person)
        for page in (hers, reviewed):
            assert client.get(page(second)).status_code == (200 if page is allowed else 404)
    client.logout()
    assert client.get(hers(second)).url.startswith(reverse("account_login"))
    assert client.get(reviewed(second)).url.startswith(reverse("account_login"))


def test_an_instructor_reviews_no_tries_of_her_own(client, instructor, shelf, course, task):
    colleague = UserFactory(role="instructor")
    add_teacher(shelf=shelf, teacher=colleague, by=instructor)
    enrol(learner=colleague, course=course)
    answer(send(colleague, task), instructor)
    own = send(colleague, task)
    client.force_login(colleague)
    assert client.get(hers(own)).status_code == 200
    assert client.get(reviewed(own)).status_code == 404


def test_she_chooses_which_earlier_try(client, enrolled, instructor, first, second, task):
    answer(second, instructor, words="The second word.")
    third = send(enrolled, task)
    client.force_login(enrolled)
    assert "The second word." in client.get(hers(third)).content.decode()
    page = client.get(hers(third, 1)).content.decode()
    assert "The second word." not in page
    assert f'href="{hers(third, 2)}"' in page
    for number in (0, 3, 4, 10**30):
        assert client.get(hers(third, number)).status_code == 404
    assert client.get(hers(first)).status_code == 404


def test_points_of_another_rubric_are_not_put_side_by_side(client, enrolled, instructor, first, second):
    Submission.objects.filter(pk=second.pk).update(rubric=make.make_rubric(name="Another look"))
    second.refresh_from_db()
    answer(second, instructor, points=2)
    client.force_login(enrolled)
    page = client.get(hers(second)).content.decode()
    assert "What is looked at has changed" in page
    assert "Another look" in page
    assert "<table>" not in page


def test_a_video_that_is_gone_or_unusable_says_so(client, enrolled, instructor, first, second):
    empty(asset=first.asset, by=enrolled)
    client.force_login(instructor)
    page = client.get(reviewed(second)).content.decode()
    assert page.count("data-master=") == 1
    first.asset.refresh_from_db()
    assert first.asset.message in page
    Submission.objects.filter(pk=first.pk).update(state="unusable", rubric=None)
    assert "The video could not be used" in client.get(reviewed(second)).content.decode()


def test_after_she_has_left_her_words_are_gone_from_both(client, enrolled, instructor, first, second):
    privacy.erase(enrolled)
    client.force_login(instructor)
    page = client.get(reviewed(second)).content.decode()
    assert "Hold it longer." not in page
    assert "Here it shakes." not in page


@pytest.mark.once
def test_both_pages_ask_the_same_however_many_tries_there_are(
    client, enrolled, instructor, first, second, task, django_assert_max_num_queries
):
    counts = []
    latest = second
    for amount in (1, 9):
        for _try in range(amount):
            answer(latest, instructor, note="Here")
            latest = send(enrolled, task)
        for person, page in ((enrolled, hers), (instructor, reviewed)):
            client.force_login(person)
            client.get(page(latest))
            with django_assert_max_num_queries(14) as asked:
                client.get(page(latest))
            counts.append(len(asked))
    assert counts[:2] == counts[2:]
