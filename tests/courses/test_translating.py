"""An instructor begins the translation of her own pages, as drafts, and of no other's."""

import pytest
from django.urls import reverse
from wagtail.models import Locale
from wagtail_localize.models import Translation

from courses.models import LessonPage
from courses.shelves import open_shelf
from tests.courses.test_translation import translate
from tests.factories import courses as make
from tests.factories.accounts import UserFactory


def begin(page):
    return reverse("translate_page", args=[page.pk])


def changes(page):
    return reverse("translate_changes", args=[page.pk])


@pytest.fixture
def hers(client, instructor):
    client.force_login(instructor)
    return client


@pytest.fixture
def foreign(administrator, course):
    """A course on somebody else's shelf."""
    shelf = open_shelf(name="Other", slug="other", instructor=UserFactory(), by=administrator)
    return make.make_course(shelf)


def test_she_translates_her_course_with_its_lessons_as_drafts(hers, chinese, course, lesson):
    edit = hers.get(reverse("wagtailadmin_pages:edit", args=[course.pk])).text
    assert begin(course) in edit
    assert "/localize/submit/" not in edit
    hers.post(begin(course), {"locales": [chinese.pk], "include_subtree": "on"})
    for page in (course, lesson):
        version = page.get_translation(chinese)
        assert not version.live
        assert version.permissions_for_user(hers.get("/admin/").wsgi_request.user).can_edit()
    assert f'"{begin(course)}"' not in hers.get(reverse("wagtailadmin_pages:edit", args=[course.pk])).text
    answer = hers.get(reverse("wagtailadmin_pages:edit", args=[lesson.get_translation(chinese).pk]))
    assert "wagtail_localize/admin/edit_translation.html" in [template.name for template in answer.templates]


def test_a_lesson_comes_after_its_course(hers, chinese, course, lesson):
    for answer in (
        hers.get(begin(lesson), follow=True),
        hers.post(begin(lesson), {"locales": [chinese.pk]}, follow=True),
    ):
        assert "A lesson comes after its course." in answer.text
    assert not lesson.has_translation(chinese)
    assert begin(lesson) not in hers.get(reverse("wagtailadmin_pages:edit", args=[lesson.pk])).text
    translate(course, chinese, {})
    hers.post(begin(lesson), {"locales": [chinese.pk]})
    assert lesson.has_translation(chinese)


def test_sent_twice_there_is_one_version(hers, chinese, course):
    for _time in range(2):
        hers.post(begin(course), {"locales": [chinese.pk]})
    assert course.get_translations().count() == 1


def test_a_language_in_which_she_has_no_shelf_is_not_offered(hers, chinese, course):
    other, _made = Locale.objects.get_or_create(language_code="ar")
    answer = hers.post(begin(course), {"locales": [other.pk]})
    assert answer.status_code == 200
    assert answer.context["form"].errors
    assert not Translation.objects.exists()


def test_pages_of_others_and_other_pages_are_out_of_reach(hers, chinese, course, foreign):
    translate(foreign, chinese, {})
    for page in (foreign, course.get_parent(), course.get_parent().get_parent()):
        assert hers.get(begin(page)).status_code == 404
        assert hers.post(begin(page), {"locales": [chinese.pk]}).status_code == 404
    assert hers.post(changes(foreign)).status_code == 404


@pytest.mark.parametrize("role", ["learner", "creator", "preparer", "outsider"])
def test_who_does_not_teach_translates_nothing(role, request, client, chinese, course):
    client.force_login(request.getfixturevalue(role))
    for address in (begin(course), changes(course)):
        assert client.post(address, {"locales": [chinese.pk]}).status_code in (302, 403, 404)
    assert not Translation.objects.exists()


def test_she_brings_changes_over_and_publishes_nothing(hers, chinese, course, lesson):
    translate(course, chinese, {})
    target = translate(lesson, chinese, {})
    lesson.refresh_from_db()
    lesson.summary = "Find better light."
    lesson.save()
    page = hers.get(reverse("wagtailadmin_pages:edit", args=[lesson.pk])).text
    assert changes(lesson) in page
    before = LessonPage.objects.get(pk=target.pk).summary
    hers.post(changes(lesson), {"publish_translations": "on"})
    translation = Translation.objects.get(source__object_id=lesson.translation_key)
    assert "Find better light." in [segment.string.data for segment in translation.source.stringsegment_set.all()]
    assert LessonPage.objects.get(pk=target.pk).summary == before


def test_a_page_that_was_never_translated_has_no_changes_to_bring(hers, chinese, course):
    assert hers.get(changes(course)).status_code == 404


def test_an_administrator_keeps_the_buttons_of_the_library(client, administrator, chinese, course):
    client.force_login(administrator)
    page = client.get(reverse("wagtailadmin_pages:edit", args=[course.pk])).text
    assert "/localize/submit/page/" in page
    assert begin(course) not in page
