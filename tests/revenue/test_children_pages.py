"""Her page on a phone that others use, with many videos, and when she leaves."""

import pytest

from revenue import children, privacy
from revenue.explaining import explain
from revenue.models import Appearance, Child, Statement

pytestmark = pytest.mark.django_db
PAGE, RECORD = "/earnings/children/", "/earnings/children/record.csv"
FORM = {"video": "youtube/v1", "alias": "Bean", "length": "10:00", "seconds": "6:00", "region": "US-IL"}


def test_only_who_proved_lately_that_it_is_she_reads_or_declares(client, creator, earned, proved):
    earned()
    client.force_login(creator)
    for answer in (client.get(PAGE), client.post(PAGE, FORM), client.get(RECORD)):
        assert answer.status_code == 302
        assert "next=" in answer["Location"]
        client.force_login(creator)  # who has no password was signed out, to sign in anew with a code
    assert not Appearance.objects.exists()
    proved()
    assert client.post(PAGE, FORM)["Location"] == PAGE
    assert Appearance.objects.get().region == "US-IL"


def test_names_are_hidden_with_the_amounts(client, creator, earned, declare, close, proved):
    earned()
    declare("Bean")
    made = close()
    client.force_login(creator)
    proved()
    addresses = (PAGE, made.get_absolute_url())
    assert all("Bean" in client.get(address).content.decode() for address in addresses)
    client.post("/earnings/amounts/")
    for address in addresses:
        text = client.get(address).content.decode()
        assert "Bean" not in text
        assert "$21.00" not in text


def test_an_older_video_can_be_declared_and_taken_back(client, creator, earned, monkeypatch, proved, profile):
    monkeypatch.setattr(children, "MOST_VIDEOS", 1)
    earned("2026-08", videos=("old",))
    earned("2026-09", videos=("new",))
    client.force_login(creator)
    proved()
    assert "Title of old" not in client.get(PAGE).content.decode()
    for wrong in ("nothing", "old/", "x" * 70):
        assert client.post(PAGE, {**FORM, "video": "youtube/new", "older": wrong}).status_code == 422
    assert client.post(PAGE, {**FORM, "video": "youtube/new", "older": "old"}).status_code == 302
    assert Appearance.objects.get().video_id == "old"
    text = client.get(PAGE).content.decode()
    assert text.count("Title of old") == 2  # to choose, and what she said
    assert client.post(PAGE, {**FORM, "video": "youtube/old", "seconds": "0:00"}).status_code == 302
    assert children.declared_by(profile) == []


def test_before_she_leaves_she_is_told_that_the_money_stays(creator, earned, declare, close):
    earned()
    declare("Bean")
    assert not any("Bean" in text for text in privacy.warnings(creator))
    close()
    (told,) = [text for text in privacy.warnings(creator) if "Bean" in text]
    assert "$21.00" in told
    assert "record" in told
    assert privacy.export(creator)["set_aside"] == [{"child": "Bean", "currency": "USD", "amount": 2100}]
    privacy.erase(creator)
    assert Child.objects.get().alias != "Bean"


@pytest.mark.parametrize(
    ("figures", "all_of_it"),
    [
        ({}, True),
        ({"opening": -100, "carried": -100}, False),
        ({"reserved": 900, "withheld": 100}, False),
        ({"reserved": 1100, "carried": -100}, True),
    ],
)
def test_all_of_it_is_said_only_when_children_got_all_of_it(figures, all_of_it):
    statement = Statement(
        **{"state": "approved", "opening": 0, "earned": 1000, "reserved": 1000, "withheld": 0, "payable": 0,
           "carried": 0, "threshold": 1, "currency": "USD", **figures}
    )  # fmt: skip
    assert ("set aside" in explain(statement, None).sentence) is all_of_it
