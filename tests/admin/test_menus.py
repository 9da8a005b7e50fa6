"""Each role sees its own part of the admin, and can open nothing else by its address."""

import pytest
from django.contrib.auth import get_user_model
from django.test import RequestFactory
from django.urls import reverse
from wagtail.admin.menu import admin_menu
from wagtail.models import Page

from courses.shelves import open_shelf
from tests.factories.accounts import UserFactory
from tests.factories.courses import make_index

pytestmark = pytest.mark.django_db

OF_EDITORS = {"explorer", "images", "documents"}


def menu_of(user):
    request = RequestFactory().get("/admin/")
    request.user = user
    return {item.name for item in admin_menu.menu_items_for_request(request)}


def test_help_that_leads_away_is_not_in_anybodys_menu(db):
    assert "help" not in menu_of(UserFactory(is_superuser=True))


def test_finance_sees_no_pages_pictures_or_people(preparer, approver):
    for person in (preparer, approver):
        assert not menu_of(person) & (OF_EDITORS | {"settings"})


def test_an_instructor_sees_her_pages_and_pictures(instructor, administrator):
    make_index()
    open_shelf(name="Ana's shelf", slug="ana", instructor=instructor, by=administrator)
    menu = menu_of(get_user_model().objects.get(pk=instructor.pk))
    assert menu >= OF_EDITORS
    assert "settings" not in menu


@pytest.mark.parametrize("who", ["preparer", "approver", "instructor"])
@pytest.mark.parametrize(
    "address", ["users/", "users/new/", "groups/", "sites/", "workflows/list/", "locales/", "redirects/"]
)
def test_only_administrators_open_what_is_theirs(client, request, who, address):
    client.force_login(request.getfixturevalue(who))
    assert client.get(f"/admin/{address}").status_code in {302, 403}


def test_administrators_look_after_people_pages_and_languages(client, administrator):
    client.force_login(administrator)
    home = Page.objects.get(depth=2)
    addresses = ["users/", "users/new/", "locales/", "redirects/", "workflows/list/", f"pages/{home.pk}/edit/"]
    for address in addresses:
        assert client.get(f"/admin/{address}").status_code == 200, address
    assert menu_of(administrator) >= OF_EDITORS | {"settings"}


@pytest.mark.parametrize("address", ["", "pages/", "login/", "users/"])
@pytest.mark.parametrize("who", ["learner", "creator", "outsider"])
def test_nobody_else_gets_into_the_admin(client, request, who, address):
    client.force_login(request.getfixturevalue(who))
    response = client.get(f"/admin/{address}")
    assert response.status_code == 403  # sending her to sign in would go round in a circle: she is signed in
    assert "403.html" in [template.name for template in response.templates]
    assert reverse("courses:dashboard") in response.content.decode()


def test_a_stranger_is_led_to_signing_in(client, db):
    assert client.get("/admin/").url.startswith("/accounts/login/")


class TestPeople:
    """The form for people, in place of the one Wagtail has for its own user."""

    @pytest.fixture
    def office(self, client, administrator):
        client.force_login(administrator)
        return client

    def save(self, office, address, **values):
        data = {"email": "", "phone": "", "public_name": "", "language": "en", "time_zone": "UTC", **values}
        return office.post(address, data)

    def test_a_person_with_only_a_phone_number(self, office):
        response = self.save(office, "/admin/users/new/", phone="+41 79 123 45 67", public_name="Ana")
        assert response.status_code == 302, response.context["form"].errors
        ana = get_user_model().objects.get(phone="+41791234567")
        assert (ana.email, ana.has_usable_password(), ana.phone_verified) == (None, False, False)

    def test_a_person_nobody_can_reach_is_refused(self, office):
        assert self.save(office, "/admin/users/new/", public_name="Ana").context["form"].errors["email"]

    def test_giving_a_role(self, office, learner):
        from django.contrib.auth.models import Group

        role = Group.objects.get(name="instructor")
        self.save(office, f"/admin/users/edit/{learner.pk}/", email=learner.email, groups=[role.pk], is_active="on")
        learner = get_user_model().objects.get(pk=learner.pk)
        assert learner.has_role("instructor")

    def test_nobody_becomes_superuser_here(self, office, learner):
        self.save(office, f"/admin/users/edit/{learner.pk}/", email=learner.email, is_superuser="on", is_active="on")
        learner.refresh_from_db()
        assert not learner.is_superuser

    def test_the_list_finds_by_name_email_and_phone_and_shows_no_handle(self, office, learner):
        for words in (learner.public_name, learner.email):
            html = office.get("/admin/users/", {"q": words}).content.decode()
            assert learner.email in html
            assert learner.username not in html


def test_the_first_page_says_what_waits(client, instructor, administrator, preparer):
    make_index()
    open_shelf(name="Ana's shelf", slug="ana", instructor=instructor, by=administrator)
    for person, address in ((instructor, "/review/"), (preparer, "/admin/finance/statements/")):
        client.force_login(get_user_model().objects.get(pk=person.pk))
        html = client.get("/admin/").content.decode()
        assert f'href="{address}' in html
        assert "editor guide" not in html
