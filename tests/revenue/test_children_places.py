"""Which rule counts is decided by where a video was made, which she says with the video; nothing else knows it."""

import pytest

from revenue.errors import NotReadyError
from revenue.models import Appearance

pytestmark = pytest.mark.django_db
PAGE = "/earnings/children/"
FORM = {"video": "youtube/v1", "alias": "Bean", "length": "10:00", "seconds": "6:00", "region": "US-IL"}


@pytest.fixture
def page(client, creator, earned, proved):
    creator.region = "US"  # all that a phone number or a browser can tell
    creator.save()
    earned(videos=("v1", "v2"))
    proved()
    return client


def regions():
    return list(Appearance.objects.order_by("pk").values_list("video_id", "seconds", "region"))


def test_she_says_on_the_page_where_it_was_made(page, close):
    for wrong in ("", "US", "Illinois", "US-ILLINOIS"):
        answer = page.post(PAGE, {**FORM, "region": wrong})
        assert answer.status_code == 422
        assert "Bean" in answer.content.decode()
    assert page.post(PAGE, {**FORM, "region": " us-il "}).status_code == 302
    assert regions() == [("v1", 360, "US-IL")]
    text = page.get(PAGE).content.decode()
    assert "US-IL" in text
    assert "820 ILCS" in text
    assert close().reserved == 2100


def test_a_country_is_enough_where_the_rule_is_the_countrys(page):
    assert page.post(PAGE, {**FORM, "region": "KE"}).status_code == 302
    assert regions() == [("v1", 360, "KE")]


def test_new_seconds_change_no_place_by_accident(page):
    page.post(PAGE, FORM)
    page.post(PAGE, {**FORM, "video": "youtube/v2", "region": "US-CA"})
    page.post(PAGE, {**FORM, "seconds": "5:00", "region": ""})
    page.post(PAGE, {**FORM, "alias": "Pea", "region": ""})
    assert regions() == [("v1", 360, "US-IL"), ("v2", 360, "US-CA"), ("v1", 300, "US-IL"), ("v1", 360, "US-IL")]
    text = page.get(PAGE).content.decode()
    assert "820 ILCS" in text
    assert "Family Code" in text


def test_where_her_account_says_she_lives_decides_nothing(page, declare, close, creator):
    declare()
    type(creator).objects.filter(pk=creator.pk).update(region="US-NY")
    assert close().reserved == 2100
    with pytest.raises(NotReadyError, match="state"):
        declare(region="US")


def test_the_page_says_that_the_law_counts_otherwise(page):
    page.post(PAGE, FORM)
    text = page.get(PAGE).content.decode()
    assert "The law counts all videos of a month together" in text
    assert "the law asks for" not in text
