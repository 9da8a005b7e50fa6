"""Sessions: whose they are comes in the same query, and every way to end one still ends it."""

import pytest
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.utils import timezone

from accounts.models import Session

pytestmark = pytest.mark.django_db
HERS = "/accounts/settings/"


@pytest.fixture
def hers(client, learner):
    """A browser in which the learner is signed in."""
    client.force_login(learner)
    assert client.get(HERS).status_code == 200
    return client


def is_in(client):
    return client.get(HERS).status_code == 200


def test_session_and_person_are_one_query(hers, django_assert_num_queries):
    with django_assert_num_queries(1):
        hers.post("/learn/progress/", {"events": "[]"})


def test_her_roles_come_with_it_as_they_are_now(hers, learner, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert hers.get(HERS).wsgi_request.user.roles == {"learner"}
    learner.give_role("creator")
    assert hers.get(HERS).wsgi_request.user.roles == {"learner", "creator"}
    learner.groups.clear()
    assert hers.get(HERS).wsgi_request.user.roles == set()


def test_the_row_says_whose_it_is(hers, learner):
    assert Session.objects.get().user == learner


def test_signing_out_ends_it(hers):
    hers.post("/accounts/logout/")
    assert not is_in(hers)
    assert not Session.objects.filter(user__isnull=False).exists()


def test_signing_out_everywhere_ends_it(hers, learner):
    learner.sign_out_everywhere()
    assert not is_in(hers)


def test_another_password_ends_it(hers, learner):
    learner.set_password("a new one, and long")
    learner.save()
    assert not is_in(hers)


def test_who_may_no_longer_sign_in_is_out(hers, learner):
    get_user_model().objects.filter(pk=learner.pk).update(is_active=False)
    assert not is_in(hers)


def test_a_session_whose_time_is_over_is_none(hers):
    Session.objects.update(expire_date=timezone.now())
    assert not is_in(hers)
    call_command("clearsessions")
    assert not Session.objects.exists()


def test_a_session_under_a_former_key_still_holds(hers, settings):
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another", [settings.SECRET_KEY]
    assert is_in(hers)


def test_a_row_that_names_somebody_else_gives_nobody_her_page(hers, learner, outsider):
    Session.objects.update(user=outsider)
    assert hers.get(HERS).wsgi_request.user == learner


def test_a_way_in_that_was_closed_lets_nobody_in(hers, settings):
    settings.AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
    assert not is_in(hers)
