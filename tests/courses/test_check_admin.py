"""The list of what to mend in the admin: her own courses only, and each finding leads to its place."""

import pytest
from django.urls import reverse

from tests.factories import courses as make
from tests.factories.accounts import UserFactory


@pytest.fixture
def faulty(course):
    """A lesson whose video has no captions, not published."""
    return make.make_lesson(course, make.video(make.make_asset()), title="Sound", live=False)


def test_she_sees_how_much_there_is_and_where(client, instructor, course, faulty):
    client.force_login(instructor)
    listing = client.get(reverse("to_mend:index")).content.decode()
    address = reverse("to_mend:course", args=[course.pk])
    assert address in listing
    page = client.get(address).content.decode()
    place = f"{reverse('wagtailadmin_pages:edit', args=[faulty.pk])}#block-{faulty.pieces[0].id}-section"
    assert place in page
    assert "no captions" in page


def test_another_instructor_sees_nothing_of_it(client, course, faulty):
    stranger = UserFactory(role="instructor")
    make.make_shelf(stranger, "Other")
    client.force_login(stranger)
    assert course.title not in client.get(reverse("to_mend:index")).content.decode()
    assert client.get(reverse("to_mend:course", args=[course.pk])).status_code == 404


@pytest.mark.parametrize("role", ["learner", "creator", "finance preparer"])
def test_who_teaches_nothing_has_no_list(client, course, role):
    client.force_login(UserFactory(role=role))
    for address in (reverse("to_mend:index"), reverse("to_mend:course", args=[course.pk])):
        response = client.get(address)
        assert response.status_code in (302, 403)
        assert course.title not in response.content.decode()


def test_an_administrator_sees_every_course(client, administrator, course, faulty):
    client.force_login(administrator)
    assert client.get(reverse("to_mend:course", args=[course.pk])).status_code == 200


def test_the_editor_shows_it_beside_the_lesson_and_a_number_for_the_course(client, instructor, course, faulty):
    client.force_login(instructor)
    editor = client.get(reverse("wagtailadmin_pages:edit", args=[faulty.pk])).content.decode()
    assert "no captions" in editor
    of_course = client.get(reverse("wagtailadmin_pages:edit", args=[course.pk])).content.decode()
    assert "1 thing to mend in this course" in of_course
    assert reverse("to_mend:course", args=[course.pk]) in of_course


def test_a_course_without_faults_says_so(client, instructor, course):
    make.make_lesson(course, make.text())
    client.force_login(instructor)
    assert "Nothing found to mend" in client.get(reverse("to_mend:course", args=[course.pk])).content.decode()
