"""Who sees which page, and what it says."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from creators.models import Channel, Profile
from tests.creators.test_photos import phone_photo
from tests.factories.accounts import UserFactory
from tests.factories.creators import ChannelFactory, ProfileFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def profile(creator):
    return ProfileFactory(user=creator, slug="mei", display_name="Mei", bio="I film what we cook.")


@pytest.fixture
def published(profile, django_capture_on_commit_callbacks):
    from creators.profiles import publish

    publish(profile=profile, by=profile.user)
    profile.refresh_from_db()
    return profile


def form_data(**changes):
    return {"display_name": "Mei", "slug": "mei", "bio": "", **changes}


def test_a_private_page_exists_only_for_her(client, profile, request):
    url = profile.get_absolute_url()
    assert client.get(url).status_code == 404
    for role in ("learner", "instructor", "preparer", "administrator", "outsider"):
        client.force_login(request.getfixturevalue(role))
        assert client.get(url).status_code == 404
    client.force_login(profile.user)
    response = client.get(url)
    assert response.status_code == 200
    assert "Only you can see it now" in response.text


def test_a_published_page_shows_what_she_chose_and_nothing_else(client, published):
    published.user.region = "CN-SH"
    published.user.phone = "+8613800138000"
    published.user.save()
    ChannelFactory(profile=published, confirmed=True, title="Shown kitchen", is_shown=True)
    ChannelFactory(profile=published, confirmed=True, title="Quiet kitchen")
    ChannelFactory(profile=published, title="Unproven kitchen", is_shown=True)
    page = client.get(published.get_absolute_url()).text
    assert "I film what we cook." in page
    assert "Shown kitchen" in page
    for hidden in ("Quiet kitchen", "Unproven kitchen", "China", "CN-SH", published.user.email, "13800138000"):
        assert hidden not in page
    assert "Hide my page" not in page


def test_only_the_country_is_ever_shown(client, published):
    published.user.region = "CN-SH"
    published.user.save()
    Profile.objects.update(show_region=True, languages=["zh", "sw"])
    page = client.get(published.get_absolute_url()).text
    assert "China" in page
    assert "Shanghai" not in page
    assert "CN-SH" not in page
    assert "Chinese and Swahili" in page


def test_search_engines_stay_out_until_she_lets_them_in(client, published):
    url = published.get_absolute_url()
    response = client.get(url)
    assert response["X-Robots-Tag"] == "noindex"
    assert '<meta name="robots" content="noindex">' in response.text
    Profile.objects.update(allow_search_engines=True)
    response = client.get(url)
    assert "X-Robots-Tag" not in response
    assert "noindex" not in response.text
    assert client.get(reverse("creators:list"))["X-Robots-Tag"] == "noindex"


def test_one_tap_hides_the_page_and_no_cache_keeps_it(client, published):
    url = published.get_absolute_url()
    assert "no-store" in client.get(url)["Cache-Control"]
    client.force_login(published.user)
    assert client.post(reverse("creators:hide"), follow=True).status_code == 200
    client.logout()
    assert client.get(url).status_code == 404
    assert "Mei" not in client.get(reverse("creators:list")).text


def test_she_opens_the_page_herself(client, profile):
    client.force_login(profile.user)
    client.post(reverse("creators:publish"))
    client.logout()
    assert client.get(profile.get_absolute_url()).status_code == 200


@pytest.mark.parametrize("name", ["edit", "channels"])
def test_her_own_pages_are_hers(client, profile, outsider, administrator, name):
    url = reverse(f"creators:{name}")
    assert client.get(url).status_code == 302
    for person in (outsider, administrator, ProfileFactory(user=UserFactory()).user):
        client.force_login(person)
        assert client.get(url).status_code == 404
    client.force_login(profile.user)
    assert client.get(url).status_code == 200


@pytest.mark.parametrize("name", ["publish", "hide"])
def test_publishing_is_for_graduates_and_by_post(client, profile, outsider, name):
    url = reverse(f"creators:{name}")
    assert client.post(url).status_code == 302
    client.force_login(outsider)
    assert client.post(url).status_code == 404
    client.force_login(profile.user)
    assert client.get(url).status_code == 405


def test_she_changes_her_page(client, profile):
    client.force_login(profile.user)
    data = form_data(display_name="Mei L.", slug="mei-l", bio="Soup.", languages=["zh"], show_languages="on")
    response = client.post(reverse("creators:edit"), data, follow=True)
    assert "Saved." in response.text
    profile.refresh_from_db()
    assert (profile.display_name, profile.slug, profile.languages) == ("Mei L.", "mei-l", ["zh"])
    assert profile.published_at is None


@pytest.mark.parametrize(
    "changes",
    [
        {"slug": "x"},
        {"slug": "taken"},
        {"slug": "../admin"},
        {"slug": "a-13800138000"},
        {"display_name": ""},
        {"display_name": "mei@example.org"},
        {"bio": "Call me: 138 0013 8000"},
        {"bio": "x" * 1201},
        {"languages": ["tlh"]},
    ],
)
def test_what_would_harm_her_is_refused_and_nothing_changes(client, profile, changes):
    ProfileFactory(slug="taken")
    client.force_login(profile.user)
    response = client.post(reverse("creators:edit"), form_data(**changes))
    assert response.status_code == 200
    assert "field__error" in response.text
    profile.refresh_from_db()
    assert (profile.slug, profile.display_name) == ("mei", "Mei")


def test_markup_in_her_words_stays_words(client, published):
    Profile.objects.update(bio="<script>alert(1)</script>", display_name="<b>Mei</b>")
    page = client.get(published.get_absolute_url()).text
    assert "<script>alert" not in page
    assert "<b>Mei" not in page


def test_a_photo_is_cleaned_shown_replaced_and_taken_away(client, published, django_capture_on_commit_callbacks):
    client.force_login(published.user)
    edit = reverse("creators:edit")

    def send(**changes):
        with django_capture_on_commit_callbacks(execute=True):
            response = client.post(edit, form_data(show_photo="on", **changes))
        assert response.status_code == 302
        published.refresh_from_db()

    send(new_photo=SimpleUploadedFile("IMG_home.jpg", phone_photo(), "image/jpeg"))
    url = reverse("creators:photo", args=["mei", published.photo.name.rpartition("/")[2]])
    assert url in client.get(published.get_absolute_url()).text
    client.logout()
    response = client.get(url)
    body = b"".join(response.streaming_content)
    assert response["Content-Type"] == "image/webp"
    assert response["X-Robots-Tag"] == "noindex"
    assert b"SecretPhone" not in body
    assert "data:image/webp;base64," in client.get(reverse("creators:list")).text
    client.force_login(published.user)
    first = published.photo.name
    send(new_photo=SimpleUploadedFile("IMG2.jpg", phone_photo(), "image/jpeg"))
    second = published.photo.name
    storage = published.photo.storage
    assert (storage.exists(first), storage.exists(second)) == (False, True)
    assert client.get(url).status_code == 404
    send(remove_photo="on")
    assert not storage.exists(second)
    assert not published.thumbnail


def test_a_photo_she_hides_is_not_read_by_others(client, published):
    client.force_login(published.user)
    upload = SimpleUploadedFile("a.jpg", phone_photo(), "image/jpeg")
    client.post(reverse("creators:edit"), form_data(new_photo=upload))  # the switch is off
    published.refresh_from_db()
    url = reverse("creators:photo", args=["mei", published.photo.name.rpartition("/")[2]])
    assert client.get(url).status_code == 200
    client.logout()
    assert client.get(url).status_code == 404
    Profile.objects.update(show_photo=True)
    assert client.get(url).status_code == 200
    Profile.objects.update(published_at=None)
    assert client.get(url).status_code == 404
    assert client.get(reverse("creators:photo", args=["mei", "..%2f..%2fsecret-key"])).status_code == 404


def test_a_hostile_photo_is_refused_on_the_page(client, profile):
    client.force_login(profile.user)
    upload = SimpleUploadedFile("photo.jpg", b"#EXTM3U\nfile:///etc/passwd", "image/jpeg")
    response = client.post(reverse("creators:edit"), form_data(new_photo=upload))
    assert "could not read this photo" in response.text
    profile.refresh_from_db()
    assert not profile.photo


def test_she_chooses_which_confirmed_channels_are_shown(client, published):
    shown = ChannelFactory(profile=published, confirmed=True)
    waiting = ChannelFactory(profile=published)
    foreign = ChannelFactory(confirmed=True)
    client.force_login(published.user)
    edit = reverse("creators:edit")
    for other in (waiting, foreign):
        assert client.post(edit, form_data(shown_channels=[other.pk])).status_code == 200
    assert client.post(edit, form_data(shown_channels=[shown.pk])).status_code == 302
    assert list(Channel.objects.filter(is_shown=True)) == [shown]
    client.post(edit, form_data())
    assert not Channel.objects.filter(is_shown=True).exists()


def test_she_adds_a_channel_takes_it_away_and_brings_it_back(client, profile):
    client.force_login(profile.user)
    url = reverse("creators:channels")
    response = client.post(url, {"platform": "youtube", "address": "youtube.com/@MeiCooks"}, follow=True)
    channel = Channel.objects.get()
    assert channel.code in response.text
    assert "description" in response.text
    response = client.post(reverse("creators:withdraw_channel", args=[channel.pk]), follow=True)
    assert "Bring it back" in response.text
    response = client.post(reverse("creators:restore_channel", args=[channel.pk]), follow=True)
    channel.refresh_from_db()
    assert channel.state == "claimed"


def test_a_refused_channel_says_why_and_can_be_asked_for_again(client, profile):
    channel = ChannelFactory(profile=profile, state="refused", reason="The code is not there yet.")
    client.force_login(profile.user)
    url = reverse("creators:channels")
    assert "The code is not there yet." in client.get(url).text
    client.post(url, {"platform": channel.platform, "address": channel.external_id})
    channel.refresh_from_db()
    assert channel.state == "claimed"


@pytest.mark.parametrize("address", ["javascript:alert(1)", "https://www.youtube.com@evil.example/@mei", "\x00", ""])
def test_a_hostile_address_is_refused_on_the_page(client, profile, address):
    client.force_login(profile.user)
    response = client.post(reverse("creators:channels"), {"platform": "youtube", "address": address})
    assert response.status_code == 200
    assert "field__error" in response.text
    assert not Channel.objects.exists()


@pytest.mark.parametrize("name", ["withdraw_channel", "restore_channel"])
def test_her_channels_are_nobody_elses(client, outsider, preparer, name):
    channel = ChannelFactory()
    url = reverse(f"creators:{name}", args=[channel.pk])
    assert client.post(url).status_code == 302
    for person in (outsider, preparer, ProfileFactory().user):
        client.force_login(person)
        assert client.post(url).status_code == 404
    channel.refresh_from_db()
    assert channel.state == "claimed"


@pytest.mark.parametrize("number", [3, 300])
def test_the_list_costs_the_same_for_few_and_for_many(client, number, django_assert_num_queries):
    ProfileFactory.create_batch(number, published=True)
    client.get(reverse("creators:list"))
    with django_assert_num_queries(2):
        page = client.get(reverse("creators:list")).text
    assert page.count('class="card"') == min(number, 12)


@pytest.mark.parametrize("number", [1, 25])
def test_a_page_costs_the_same_for_few_and_for_many_channels(client, published, number, django_assert_max_num_queries):
    ChannelFactory.create_batch(number, profile=published, confirmed=True, is_shown=True)
    client.get(published.get_absolute_url())
    with django_assert_max_num_queries(6):
        client.get(published.get_absolute_url())
