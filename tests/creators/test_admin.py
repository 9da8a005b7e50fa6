"""Channels in the admin: who finds them, who decides, and that nobody decides about her own."""

import pytest
from django.urls import reverse

from creators.models import Channel
from tests.factories.creators import ChannelFactory, ProfileFactory

pytestmark = pytest.mark.django_db

REASON = "Put the code into the description."


@pytest.fixture
def channel(db):
    return ChannelFactory(title="Mei cooks")


def addresses(channel):
    return [
        ("get", reverse("channels:index"), {}),
        ("get", reverse("channels:index_results"), {}),
        ("get", reverse("channels:detail", args=[channel.pk]), {}),
        ("post", reverse("channels:confirm", args=[channel.pk]), {"external_id": channel.external_id}),
        ("post", reverse("channels:refuse", args=[channel.pk]), {"reason": REASON}),
    ]


@pytest.mark.parametrize("role", [None, "learner", "creator", "instructor", "outsider"])
def test_nobody_else_reaches_a_channel(client, channel, request, role):
    if role:
        client.force_login(request.getfixturevalue(role))
    for method, url, data in addresses(channel):
        response = getattr(client, method)(url, data)
        assert response.status_code in {302, 403, 404}
        assert "Mei cooks" not in response.text
    channel.refresh_from_db()
    assert channel.state == "claimed"


@pytest.mark.parametrize("role", ["preparer", "approver", "administrator"])
def test_finance_and_administrators_work_through_the_list(client, channel, request, role):
    client.force_login(request.getfixturevalue(role))
    page = client.get(reverse("channels:index")).text
    assert "Mei cooks" in page
    assert "Mei cooks" not in client.get(reverse("channels:index"), {"state": "confirmed"}).text
    assert channel.code in client.get(reverse("channels:detail", args=[channel.pk])).text
    assert reverse("channels:index") in client.get(reverse("wagtailadmin_home")).text
    data = {"external_id": channel.external_id}
    response = client.post(reverse("channels:confirm", args=[channel.pk]), data, follow=True)
    assert "is confirmed" in response.text
    channel.refresh_from_db()
    assert channel.state == "confirmed"


def test_instructors_do_not_see_the_menu_item(client, instructor):
    client.force_login(instructor)
    assert reverse("channels:index") not in client.get(reverse("wagtailadmin_home")).text


def test_a_refusal_reaches_her(client, channel, preparer):
    client.force_login(preparer)
    url = reverse("channels:refuse", args=[channel.pk])
    assert client.post(url, {"reason": ""}).status_code == 200
    client.post(url, {"reason": REASON})
    channel.refresh_from_db()
    assert (channel.state, channel.reason) == ("refused", REASON)


def test_her_own_channel_is_not_hers_to_decide(client, preparer):
    preparer.give_role("creator")
    own = ChannelFactory(profile=ProfileFactory(user=preparer))
    client.force_login(preparer)
    page = client.get(reverse("channels:detail", args=[own.pk])).text
    assert "channel of your own" in page
    assert "Confirm this channel" not in page
    for method, url, data in addresses(own)[3:]:
        assert getattr(client, method)(url, data).status_code == 404
    own.refresh_from_db()
    assert own.state == "claimed"


def test_a_second_decision_is_told_why_not(client, channel, preparer, approver):
    url = reverse("channels:confirm", args=[channel.pk])
    client.force_login(preparer)
    client.post(url, {"external_id": channel.external_id})
    client.force_login(approver)
    response = client.post(url, {"external_id": channel.external_id})
    assert "not waiting any more" in response.text
    assert Channel.objects.get().confirmed_by == preparer


def test_decisions_are_never_taken_by_a_link(client, channel, preparer):
    client.force_login(preparer)
    for name in ("confirm", "refuse"):
        assert client.get(reverse(f"channels:{name}", args=[channel.pk])).status_code == 405


@pytest.mark.parametrize("external_id", ["", "@mei", "javascript:alert(1)", "UC123", "x" * 500])
def test_an_id_that_reports_do_not_use_is_refused(client, channel, preparer, external_id):
    client.force_login(preparer)
    response = client.post(reverse("channels:confirm", args=[channel.pk]), {"external_id": external_id})
    assert response.status_code == 200
    channel.refresh_from_db()
    assert channel.state == "claimed"


def test_the_list_costs_the_same_for_few_and_for_many(client, preparer, django_assert_max_num_queries):
    client.force_login(preparer)
    ChannelFactory.create_batch(3)
    client.get(reverse("channels:index"))
    with django_assert_max_num_queries(20) as few:
        client.get(reverse("channels:index"))
    ChannelFactory.create_batch(45)
    with django_assert_max_num_queries(len(few)):
        client.get(reverse("channels:index"))
