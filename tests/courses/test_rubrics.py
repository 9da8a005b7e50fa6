"""Rubrics never change: to edit is to add a version."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from wagtail.models import Locale
from wagtail.test.utils.form_data import nested_form_data, streamfield

from courses.models import Rubric
from courses.rubrics import new_version
from tests.factories import courses as make
from tests.factories.accounts import UserFactory


def form(name="Light and sound", points=4):
    criterion = {"title": "Light", "good": "Her face is lit", "points": points}
    data = {"name": name, "locale": Locale.get_default().pk, "criteria": streamfield([("criterion", criterion)])}
    return nested_form_data(data)


def url(name, *args):
    return reverse(Rubric.snippet_viewset.get_url_name(name), args=args)


@pytest.fixture
def mine(shelf):
    """A rubric of the instructor's shelf."""
    return make.make_rubric(shelf=shelf)


def test_a_version_cannot_be_saved_again(mine):
    mine.name = "Another"
    with pytest.raises(ValidationError):
        mine.save()


def test_editing_in_the_admin_adds_a_version(client, instructor, mine):
    client.force_login(instructor)
    assert client.get(url("edit", mine.pk)).status_code == 200
    response = client.post(url("edit", mine.pk), form())
    assert response.status_code == 302
    old = Rubric.objects.get(pk=mine.pk)
    new = old.replaced_by
    assert (old.name, new.name) == ("First video", "Light and sound")
    assert [c.points for c in new.criterion_list] == [4]
    assert new.family == old.family
    assert new.content_hash != old.content_hash
    listing = client.get(url("list")).content.decode()
    assert "Light and sound" in listing
    assert "First video" not in listing


def test_an_old_version_is_not_edited(client, instructor, mine):
    client.force_login(instructor)
    client.post(url("edit", mine.pk), form())
    assert client.get(url("edit", mine.pk)).status_code == 404


def test_the_same_content_is_no_new_version(mine, instructor):
    same = new_version(rubric=mine, name=mine.name, criteria=mine.criteria, locale=mine.locale, by=instructor)
    assert same == mine
    assert Rubric.objects.count() == 1


def test_another_language_joins_the_family(mine, instructor):
    chinese, _made = Locale.objects.get_or_create(language_code="zh-hans")
    new_version(rubric=mine, name="光线", criteria=mine.criteria, locale=chinese, by=instructor)
    assert Rubric.objects.latest().filter(family=mine.family).count() == 2


def test_a_new_one_belongs_to_her_shelf(client, instructor, shelf):
    client.force_login(instructor)
    client.post(url("add"), form("Mine"))
    assert Rubric.objects.get(name="Mine").shelf == shelf


def test_one_by_an_administrator_is_everybodys(client, administrator, instructor, shelf):
    client.force_login(administrator)
    client.post(url("add"), form("Shared"))
    shared = Rubric.objects.get(name="Shared")
    assert shared.shelf is None
    client.force_login(instructor)
    assert "Shared" in client.get(url("list")).content.decode()
    client.post(url("edit", shared.pk), form("Changed"))
    assert not Rubric.objects.filter(name="Changed").exists()


@pytest.mark.parametrize("name", ["edit", "history", "usage", "delete"])
def test_no_view_shows_a_foreign_rubric(client, mine, name):
    stranger = UserFactory(role="instructor")
    make.make_shelf(stranger, "Other")
    client.force_login(stranger)
    response = client.get(url(name, mine.pk))
    assert response.status_code in (302, 403, 404)
    client.post(url(name, mine.pk), form("Taken"))
    assert not Rubric.objects.filter(name="Taken").exists()
    assert "First video" not in client.get(url("list")).content.decode()


def test_nobody_deletes_one(client, instructor, administrator, mine):
    boss = UserFactory(is_superuser=True, is_staff=True)
    for person in (instructor, administrator, boss):
        client.force_login(person)
        client.post(url("delete", mine.pk))
    assert Rubric.objects.filter(pk=mine.pk).exists()


def test_the_chooser_offers_her_own_and_everybodys(client, instructor, mine):
    make.make_rubric(name="Everybody's")
    stranger = UserFactory(role="instructor")
    make.make_rubric(name="Foreign", shelf=make.make_shelf(stranger, "Other"))
    client.force_login(instructor)
    page = client.get(reverse(Rubric.snippet_viewset.chooser_viewset.get_url_name("choose"))).content.decode()
    assert "First video" in page
    assert "Everybody&#x27;s" in page
    assert "Foreign" not in page
