"""The pages: who sees what of a lesson, and how many questions they ask the database."""

import pytest
from django.core.cache import cache
from django.urls import reverse
from wagtail.models import PageViewRestriction

from courses.enrolment import enrol
from courses.models import Enrolment, LessonPage
from courses.progress import finish_piece
from tests.factories import courses as make
from tests.factories.accounts import UserFactory


def html(response):
    return response.content.decode()


def warm(client, url):
    """Ask once, so that what is remembered between requests is not counted."""
    response = client.get(url)
    assert response.status_code == 200, response
    return response


def test_an_outsider_sees_the_outline_and_a_way_in(client, outsider, lesson):
    client.force_login(outsider)
    page = html(warm(client, lesson.url))
    assert "Turn your face to the window" not in page
    assert "Join this course" in page
    assert reverse("courses:join", args=[lesson.course.course_key]) in page


def test_somebody_without_an_account_is_asked_to_join(client, lesson):
    page = html(warm(client, lesson.url))
    assert "Turn your face to the window" not in page
    assert "/v/" not in page
    assert reverse("account_signup") in page


def test_who_has_joined_sees_every_piece(client, enrolled, lesson):
    client.force_login(enrolled)
    page = html(warm(client, lesson.url))
    for words in ["Turn your face to the window", "Where is the light?", "Film at the window", "/v/", "Done, next"]:
        assert words in page


def test_a_lesson_open_to_all_is_read_without_an_account(client, course):
    lesson = make.make_lesson(course, make.text(), make.quiz(), open_to_all=True)
    page = html(warm(client, lesson.url))
    assert "Turn your face to the window" in page
    assert "Sign in to answer" in page
    assert "data-ticket" not in page


def test_the_instructor_of_the_shelf_and_administrators_see_it(client, instructor, administrator, lesson):
    for person in (instructor, administrator):
        client.force_login(person)
        assert "Turn your face to the window" in html(client.get(lesson.url))


def test_an_instructor_of_another_shelf_does_not(client, lesson):
    other = UserFactory(role="instructor")
    make.make_shelf(other, "Other")
    client.force_login(other)
    assert "Turn your face to the window" not in html(client.get(lesson.url))


def test_a_draft_is_not_served(client, enrolled, course):
    lesson = make.make_lesson(course, title="Draft", live=False)
    client.force_login(enrolled)
    assert client.get(lesson.get_url()).status_code == 404


def test_a_signed_in_page_is_never_kept_by_others(client, enrolled, lesson):
    client.force_login(enrolled)
    assert "private" in client.get(lesson.url)["Cache-Control"]


def test_an_address_below_the_list_that_is_nothing_is_a_404(client, course):
    assert client.get(course.url + "no-such-lesson/").status_code == 404
    assert client.get(course.url + "a/b/c/").status_code == 404


def test_the_course_page_says_what_to_do_next(client, enrolled, course):
    lessons = [make.make_lesson(course, title=f"Number {n}") for n in (1, 2)]
    piece = lessons[0].pieces[0]
    finish_piece(learner=enrolled, course_key=course.course_key, lesson_key=lessons[0].lesson_key, piece_id=piece.id)
    client.force_login(enrolled)
    page = html(warm(client, course.url))
    assert "1 of 2 lessons done" in page
    assert reverse("courses:continue", args=[course.course_key]) in page


def test_joining_twice_is_joining_once(client, learner, course):
    make.make_lesson(course)
    client.force_login(learner)
    url = reverse("courses:join", args=[course.course_key])
    first, second = client.post(url), client.post(url)
    assert first.url == second.url
    assert Enrolment.objects.filter(learner=learner).count() == 1


def test_joining_needs_an_account(client, course):
    response = client.post(reverse("courses:join", args=[course.course_key]))
    assert response.url.startswith(reverse("account_login"))


def test_a_video_is_offered_as_a_file_where_the_course_allows_it(client, enrolled, course):
    asset = make.make_asset()
    lesson = make.make_lesson(course, make.video(asset))
    client.force_login(enrolled)
    assert "download=" not in html(client.get(lesson.url))
    course.allows_downloads = True
    course.save_revision().publish()
    assert f'download="{asset.title}.mp4"' in html(client.get(lesson.url))


def test_a_lesson_knows_its_length_and_weight(course):
    asset = make.make_asset(duration_ms=240_000, mp4_bytes=12_400_000)
    lesson = make.make_lesson(course, make.video(asset), make.assignment())
    lesson.refresh_from_db()
    assert lesson.minutes == 5
    assert lesson.megabytes == 13
    assert lesson.assignments == 1


def test_the_preview_of_a_draft_shows_the_pieces(rf, instructor, course):
    lesson = make.make_lesson(course, make.text(), make.quiz(), live=False)
    request = lesson.make_preview_request()
    assert "Turn your face to the window" in request.rendered_content


LIMIT = 10
LIMIT_OF_HER_OWN_PAGE = 12


@pytest.fixture
def small_cache():
    cache.clear()
    yield
    cache.clear()


def count(client, url, django_assert_max_num_queries, limit=LIMIT):
    warm(client, url)
    with django_assert_max_num_queries(limit) as captured:
        client.get(url)
    return len(captured)


@pytest.mark.once
@pytest.mark.parametrize("many", [3, 300])
def test_the_list_of_courses_asks_little(client, enrolled, shelf, many, django_assert_max_num_queries, small_cache):
    index = make.make_index()
    for number in range(3):
        make.make_lesson(make.make_course(shelf, title=f"Course {number}"))
    client.force_login(enrolled)
    few = count(client, index.url, django_assert_max_num_queries)
    for number in range(3, many):
        make.make_lesson(make.make_course(shelf, title=f"Course {number}"))
    assert count(client, index.url, django_assert_max_num_queries) == few


@pytest.mark.once
def test_a_course_and_a_lesson_ask_little_however_long(client, enrolled, course, django_assert_max_num_queries):
    body = [make.text(), make.video(make.make_asset()), make.quiz(), make.assignment()]
    lesson = make.make_lesson(course, *body)
    client.force_login(enrolled)
    few = [count(client, page.url, django_assert_max_num_queries) for page in (course, lesson)]
    for number in range(297):
        make.make_lesson(course, title=f"More {number}")
    longer = [part for _ in range(30) for part in (make.text(), make.video(make.make_asset()), make.quiz())]
    long_lesson = make.make_lesson(course, *body, *longer, title="Long")
    many = [count(client, page.url, django_assert_max_num_queries) for page in (course, long_lesson)]
    assert many == few


@pytest.mark.once
def test_her_own_page_asks_little(client, enrolled, shelf, django_assert_max_num_queries):
    def add(amount):
        for number in range(amount):
            course = make.make_course(shelf, title=f"Another {amount} {number}")
            lesson = make.make_lesson(course)
            enrol(learner=enrolled, course=course)
            finish_piece(
                learner=enrolled,
                course_key=course.course_key,
                lesson_key=lesson.lesson_key,
                piece_id=lesson.pieces[0].id,
            )
            make.make_lesson(course, title="Two")

    add(3)
    client.force_login(enrolled)
    hers = reverse("courses:dashboard")
    few = count(client, hers, django_assert_max_num_queries, LIMIT_OF_HER_OWN_PAGE)
    add(297)
    assert count(client, hers, django_assert_max_num_queries, LIMIT_OF_HER_OWN_PAGE) == few
    assert LessonPage.objects.count() > 40


def test_a_newcomer_is_shown_where_to_begin(client, learner, course):
    make.make_lesson(course)
    client.force_login(learner)
    page = html(warm(client, reverse("courses:dashboard")))
    assert "Where to begin" in page
    assert course.title in page


def test_her_own_page_needs_an_account(client, db):
    assert client.get(reverse("courses:dashboard")).url.startswith(reverse("account_login"))


def test_a_private_section_stays_private(client, outsider, course):
    lesson = make.make_lesson(course, open_to_all=True)
    PageViewRestriction.objects.create(page=course.page_ptr, restriction_type=PageViewRestriction.LOGIN)
    assert client.get(lesson.url).status_code == 302
    client.force_login(outsider)
    assert client.get(lesson.url).status_code == 200
