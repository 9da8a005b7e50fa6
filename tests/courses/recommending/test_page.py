"""Her page of recommendations: what she says to it, without a script, and hers alone."""

import json
import uuid

import pytest
from django.core.serializers.json import DjangoJSONEncoder
from django.urls import reverse
from wagtail.models import PageViewRestriction

from courses import privacy
from courses.models import NotForMe, Recommendation, RecommendationChoice
from courses.recommending import choices
from tests.factories import courses as make

PAGE = "/learn/next/"


@pytest.fixture
def signed_in(client, her, taken, other, row):
    row(other, "taken", because=taken, learner=her)
    client.force_login(her)
    return client


def html(client, url=PAGE):
    response = client.get(url)
    assert response.status_code == 200
    return response.content.decode()


def say_no(client, course, **values):
    return client.post(reverse("courses:not_for_me", args=[course.course_key]), values)


def test_she_sees_why_on_both_pages_and_the_plain_list_is_one_tap_away(signed_in):
    for url in (PAGE, reverse("courses:dashboard")):
        page = html(signed_in, url)
        assert "Because you joined “Window light”" in page
        assert "Not for me" in page
        assert reverse("wagtail_serve", args=["courses/"]) in page
    assert PAGE in html(signed_in, reverse("accounts:settings"))


def test_not_for_me_holds_on_both_pages_and_can_be_taken_back(signed_in, her, other):
    assert say_no(signed_in, other).url == PAGE
    page = html(signed_in)
    assert "Because you joined" not in page
    assert "Take back" in page
    assert "Because you joined" not in html(signed_in, reverse("courses:dashboard"))
    say_no(signed_in, other, action="take back")
    assert not NotForMe.objects.exists()
    assert "Because you joined" in html(signed_in)


def test_what_she_may_not_see_is_as_unknown_as_any_number(signed_in, other, shelf):
    locked = make.make_course(shelf, title="Locked")
    PageViewRestriction.objects.create(page=locked.page_ptr, restriction_type=PageViewRestriction.LOGIN)
    draft = make.make_course(shelf, title="Draft", live=False)
    for course in (locked, draft):
        assert say_no(signed_in, course).status_code == 404
    assert signed_in.post(reverse("courses:not_for_me", args=[uuid.uuid4()])).status_code == 404
    assert signed_in.get(reverse("courses:not_for_me", args=[other.course_key])).status_code == 405


def test_off_and_on_again(signed_in, her):
    assert "Not for me" in html(signed_in)
    signed_in.post(PAGE, {"action": "off"})
    page = html(signed_in)
    assert "You have switched this off" in page
    assert "Not for me" not in page
    assert not Recommendation.objects.filter(learner=her).exists()
    signed_in.post(PAGE, {"action": "on"})
    assert "Nothing to suggest right now" in html(signed_in)


def test_begin_over(signed_in, her, other):
    say_no(signed_in, other)
    signed_in.post(PAGE, {"action": "begin over"})
    assert not NotForMe.objects.exists()
    assert RecommendationChoice.objects.get().begun_over_at


@pytest.mark.parametrize("action", [None, "", "everything", "off\0"])
def test_an_unknown_button_changes_nothing(signed_in, action):
    assert signed_in.post(PAGE, {"action": action} if action is not None else {}).status_code == 400
    assert not RecommendationChoice.objects.exists()


def test_it_is_hers_alone(signed_in, client, outsider, other):
    say_no(signed_in, other)
    client.force_login(outsider)
    page = html(client)
    assert "Because you joined" not in page
    assert "Take back" not in page
    say_no(client, other, action="take back")
    assert NotForMe.objects.count() == 1
    client.logout()
    assert client.get(PAGE).status_code == 302
    assert say_no(client, other).status_code == 302


def test_a_title_that_looks_like_markup_is_shown_as_words(client, her, shelf, taken, row):
    odd = make.make_course(shelf, title="<b>Bold</b> & “quoted”")
    row(odd, "alike", because=taken)
    client.force_login(her)
    assert "<b>Bold" not in html(client)
    say_no(client, odd)
    assert "&lt;b&gt;Bold" in html(client)


def test_her_copy_has_it_and_erasing_takes_it(signed_in, her, other, outsider, row, taken):
    say_no(signed_in, other)
    choices.switch(learner=her, off=False)
    choices.not_for_me(learner=outsider, course=other)
    row(other, "alike", because=taken)
    copy = json.dumps(privacy.export(her), cls=DjangoJSONEncoder)
    for words in ('"not_for_her": [{"course_title": "Clean sound"', '"is_off": false', str(other.course_key)):
        assert words in copy
    privacy.erase(her)
    assert not Recommendation.objects.filter(learner=her).exists()
    assert not RecommendationChoice.objects.exists()
    assert NotForMe.objects.get().learner == outsider
    assert Recommendation.objects.count() == 1


@pytest.mark.once
def test_her_pages_ask_as_often_with_three_as_with_three_hundred(
    client, her, shelf, taken, row, joins, django_assert_max_num_queries
):
    def add(amount):
        for number in range(amount):
            course = make.make_course(shelf, title=f"Course {amount} {number}")
            make.make_lesson(course)
            row(course, "alike", because=taken, rank=number)
            row(course, "new", rank=number)
            refused = make.make_course(shelf, title=f"Refused {amount} {number}")
            NotForMe.objects.create(learner=her, course_key=refused.course_key, course_title="Refused")
            joins(her, refused)

    def count(url):
        client.get(url)
        with django_assert_max_num_queries(12) as asked:
            client.get(url)
        return len(asked)

    urls = (PAGE, reverse("courses:dashboard"))
    make.make_lesson(taken)
    add(3)
    client.force_login(her)
    few = [count(url) for url in urls]
    add(297)
    assert [count(url) for url in urls] == few
