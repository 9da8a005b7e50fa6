"""Films and certificates on her page: only hers, only passed, only chosen."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.urls import reverse

from courses.certificates import take_back
from courses.models import Submission
from courses.sharing import Consent, give_consent
from creators.models import PortfolioItem
from creators.profiles import hide
from media_pipeline.access import may_watch_now
from tests.factories.creators import ProfileFactory, make_certificate, make_film

pytestmark = pytest.mark.django_db


@pytest.fixture
def profile(creator):
    return ProfileFactory(user=creator, slug="mei", display_name="Mei", published=True)


def choose(client, profile, **changes):
    client.force_login(profile.user)
    response = client.post(reverse("creators:edit"), {"display_name": "Mei", "slug": "mei", **changes})
    client.logout()
    return response


def titles(profile):
    return [item.submission.title for item in profile.portfolio.all()]


def test_a_passed_film_is_public_only_after_she_chose_it(client, profile):
    film = make_film(profile.user)
    url = profile.get_absolute_url()
    assert film.title not in client.get(url).text
    assert choose(client, profile, films=[film.pk]).status_code == 302
    page = client.get(url).text
    assert film.title in page
    assert 'class="player' in page
    assert "VID_home_20261101" not in page
    choose(client, profile)
    assert film.title not in client.get(url).text


@pytest.mark.parametrize("state", ["sent", "again"])
def test_a_film_that_has_not_passed_cannot_be_chosen(client, profile, state):
    make_film(profile.user, title="Passed")
    film = make_film(profile.user, state=state)
    assert choose(client, profile, films=[film.pk]).status_code == 200
    assert not PortfolioItem.objects.exists()


def test_only_a_film_that_she_opened_to_everybody_can_be_chosen(client, profile):
    film = make_film(profile.user)
    Submission.objects.update(audience="instructor")
    choose(client, profile, films=[film.pk])
    assert not PortfolioItem.objects.exists()


def test_a_film_she_narrows_is_gone_at_once_with_its_files(client, profile, learner):
    film = make_film(profile.user)
    choose(client, profile, films=[film.pk])
    url = profile.get_absolute_url()
    assert film.title in client.get(url).text
    assert may_watch_now(AnonymousUser(), film.asset_id)
    give_consent(submission=film, consent=Consent(), by=profile.user)
    assert film.title not in client.get(url).text
    assert not may_watch_now(AnonymousUser(), film.asset_id)
    assert not may_watch_now(learner, film.asset_id)


def test_a_hidden_page_ends_its_films_too(client, profile, learner):
    film = make_film(profile.user)
    choose(client, profile, films=[film.pk])
    hide(profile=profile, by=profile.user)
    assert not may_watch_now(AnonymousUser(), film.asset_id)
    assert not may_watch_now(learner, film.asset_id)
    assert may_watch_now(profile.user, film.asset_id)


def test_somebody_elses_film_or_certificate_cannot_be_chosen(client, profile, learner):
    make_film(profile.user, title="Hers")
    make_certificate(profile.user)
    assert choose(client, profile, films=[make_film(learner).pk]).status_code == 200
    assert choose(client, profile, certificates=[make_certificate(learner).pk]).status_code == 200
    assert not PortfolioItem.objects.exists()
    assert not profile.certificates.exists()


def test_a_film_whose_answer_changed_leaves_the_page(client, profile):
    film = make_film(profile.user)
    PortfolioItem.objects.create(profile=profile, submission=film)
    film.state = "again"
    film.save()
    assert film.title not in client.get(profile.get_absolute_url()).text


def test_a_film_that_does_not_play_is_left_out(client, profile):
    film = make_film(profile.user, state="passed", title="Broken film")
    film.asset.state, film.asset.reason = "failed", "encoding"
    film.asset.save()
    PortfolioItem.objects.create(profile=profile, submission=film)
    assert "Broken film" not in client.get(profile.get_absolute_url()).text


def test_certificates_are_shown_when_she_chose_them(client, profile):
    shown, quiet = make_certificate(profile.user, "Shown course"), make_certificate(profile.user, "Quiet course")
    assert choose(client, profile, certificates=[shown.pk]).status_code == 302
    page = client.get(profile.get_absolute_url()).text
    assert shown.get_absolute_url() in page
    assert "Quiet course" not in page
    assert str(quiet.pk) not in page


def test_a_certificate_that_was_taken_back_leaves_the_page(client, profile, administrator):
    shown = make_certificate(profile.user, "Shown course")
    choose(client, profile, certificates=[shown.pk])
    take_back(certificate=shown, because="A mistake", by=administrator)
    assert "Shown course" not in client.get(profile.get_absolute_url()).text


def test_she_orders_her_films(client, profile):
    films = [make_film(profile.user, title=title) for title in ("One", "Two", "Three")]
    choose(client, profile, films=[film.pk for film in films])
    assert titles(profile) == ["One", "Two", "Three"]
    client.force_login(profile.user)
    for _time in range(3):  # once more than there are places
        item = profile.portfolio.get(submission=films[2])
        client.post(reverse("creators:move_film_up", args=[item.pk]))
    assert titles(profile) == ["Three", "One", "Two"]
    choose(client, profile, films=[films[1].pk, films[2].pk])
    assert titles(profile) == ["Three", "Two"]


def test_nobody_else_orders_her_films(client, profile, outsider):
    item = PortfolioItem.objects.create(profile=profile, submission=make_film(profile.user))
    url = reverse("creators:move_film_up", args=[item.pk])
    assert client.post(url).status_code == 302
    for person in (outsider, ProfileFactory().user):
        client.force_login(person)
        assert client.post(url).status_code == 404


def test_there_is_an_end_to_how_many_films_one_page_shows(client, profile, monkeypatch):
    monkeypatch.setattr("creators.forms.MOST_FILMS", 1)
    films = [make_film(profile.user).pk for _number in range(2)]
    response = choose(client, profile, films=films)
    assert "Choose at most 1 films." in response.text


@pytest.mark.parametrize("number", [1, 24])
def test_a_page_costs_the_same_for_few_and_for_many_films(client, profile, number, django_assert_num_queries):
    for _number in range(number):
        PortfolioItem.objects.create(profile=profile, submission=make_film(profile.user))
        profile.certificates.add(make_certificate(profile.user))
    client.get(profile.get_absolute_url())
    with django_assert_num_queries(5):
        client.get(profile.get_absolute_url())
