"""Who may see a video that she sent in, seen from each side; and the children in it, whom only she reads about."""

import json

import pytest
from django.core.exceptions import PermissionDenied
from django.core.serializers.json import DjangoJSONEncoder
from django.db import IntegrityError, transaction
from django.urls import reverse
from wagtail.models import ModelLogEntry

from courses import privacy, talk
from courses.cohorts import join_cohort
from courses.enrolment import enrol
from courses.models import Audience, Block, ChildInPicture, Enrolment, Submission
from courses.sharing import Child, Consent, SharingRefused, give_consent
from courses.submissions import submit
from media_pipeline.access import may_watch_now
from tests.factories import courses as make
from tests.factories.accounts import UserFactory

GROUP = Consent(Audience.GROUP)


def show(sent, consent=GROUP):
    give_consent(submission=sent, consent=consent, by=sent.learner)
    sent.refresh_from_db()


def sees(client, person, sent):
    """Say whether a person finds the video in the list of her group, on its page, and at its files."""
    client.force_login(person)
    listed = client.get(reverse("courses:group_videos", args=[sent.course_key]))
    page = client.get(reverse("courses:group_video", args=[sent.pk]))
    found = {
        listed.status_code == 200 and str(sent.pk) in listed.text,
        page.status_code == 200,
        may_watch_now(person, sent.asset_id),
    }
    assert len(found) == 1, "One way says yes and another no."
    return found.pop()


def test_only_the_instructor_sees_what_she_says_nothing_about(client, sent, peer, instructor, outsider):
    assert sent.audience == Audience.INSTRUCTOR
    assert not any(sees(client, person, sent) for person in (peer, outsider))
    client.force_login(instructor)
    assert client.get(reverse("courses:review", args=[sent.pk])).status_code == 200


def test_her_group_sees_it_when_she_says_so_and_nobody_else(client, sent, peer, course, outsider, preparer):
    show(sent)
    assert sees(client, peer, sent)
    alone, other = UserFactory(role="learner"), make.member_of(make.make_cohort(course, "Mornings"), course)
    enrol(learner=alone, course=course)
    elsewhere = make.make_course(make.make_shelf(UserFactory(role="instructor"), "Other"), title="Elsewhere")
    stranger = make.member_of(make.make_cohort(elsewhere), elsewhere)
    assert not any(sees(client, person, sent) for person in (alone, other, stranger, outsider, preparer))
    client.logout()
    assert client.get(reverse("courses:group_video", args=[sent.pk])).url.startswith(reverse("account_login"))


def test_narrowing_holds_at_once_on_every_way(client, sent, peer):
    show(sent)
    assert sees(client, peer, sent)
    show(sent, Consent(Audience.INSTRUCTOR))
    assert not sees(client, peer, sent)
    assert sent.cohort is None


@pytest.mark.parametrize("who", ["she", "the other"])
def test_who_leaves_the_group_sees_and_shows_nothing_any_more(client, sent, peer, course, who):
    show(sent)
    leaving = sent.learner if who == "she" else peer
    join_cohort(learner=leaving, cohort=make.make_cohort(course, "Mornings"), course=course)
    assert not sees(client, peer, sent)


def test_two_who_take_the_course_without_a_group_are_none(client, sent, peer):
    show(sent)
    Enrolment.objects.update(cohort=None)
    assert not sees(client, peer, sent)


@pytest.mark.parametrize("who", ["she", "the other"])
def test_a_block_shuts_both_ways(client, sent, peer, who):
    show(sent)
    one, other = (sent.learner, peer) if who == "she" else (peer, sent.learner)
    Block.objects.create(learner=one, person=other)
    assert not sees(client, peer, sent)


def test_what_cannot_be_played_is_not_shown(client, sent, peer):
    show(sent)
    sent.asset.state, sent.asset.reason = "failed", "encoding"
    sent.asset.save()
    assert not sees(client, peer, sent)


def test_the_page_says_nothing_that_the_phone_knew_nor_how_it_was_judged(client, sent, peer):
    Submission.objects.filter(pk=sent.pk).update(note="My kitchen")
    show(sent)
    client.force_login(peer)
    page = client.get(reverse("courses:group_video", args=[sent.pk])).text
    for private in ("VID_home", "My kitchen", sent.get_state_display()):
        assert private not in page


def say(client, sent, **fields):
    data = {"audience": "instructor", "children": "no"} | {key.replace("_", "-"): v for key, v in fields.items()}
    return client.post(reverse("courses:consent", args=[sent.pk]), data)


def test_she_changes_it_in_her_studio_and_nobody_else_does(client, sent, peer, instructor, outsider):
    for person in (peer, instructor, outsider):
        client.force_login(person)
        assert client.get(reverse("courses:consent", args=[sent.pk])).status_code == 404
        assert say(client, sent, audience="public").status_code == 404
        with pytest.raises(PermissionDenied):
            give_consent(submission=sent, consent=GROUP, by=person)
    client.force_login(sent.learner)
    assert say(client, sent, audience="group").status_code == 302
    assert "My group “Evenings” too" in client.get(reverse("courses:feedback", args=[sent.pk])).text
    sent.refresh_from_db()
    assert (sent.audience, sent.cohort.name, sent.shows_children) == ("group", "Evenings", False)


def test_without_a_group_there_is_none_to_choose(client, enrolled, course):
    lesson = make.make_lesson(course, make.assignment())
    asset = make.make_asset(enrolled)
    with pytest.raises(SharingRefused):
        submit(learner=enrolled, lesson=lesson, piece_id=lesson.pieces[0].id, asset=asset, consent=GROUP)
    assert not Submission.objects.exists()
    alone = submit(learner=enrolled, lesson=lesson, piece_id=lesson.pieces[0].id, asset=asset)
    client.force_login(enrolled)
    assert say(client, alone, audience="group").status_code == 422
    assert say(client, alone, audience="everyone").status_code == 422
    assert say(client, alone, audience="public").status_code == 302


def test_the_database_knows_no_group_of_nobody(sent):
    with pytest.raises(IntegrityError), transaction.atomic():
        Submission.objects.filter(pk=sent.pk).update(audience="group", cohort=None)


def test_she_names_children_for_herself_alone(client, sent, peer, instructor, administrator):
    client.force_login(sent.learner)
    fields = {"children": "yes", "alias_0": "Little Bear", "seen_0": "0:12", "alias_1": "Fox", "seen_1": "7"}
    assert say(client, sent, audience="group", **fields).status_code == 302
    assert list(ChildInPicture.objects.values_list("alias", "seconds")) == [("Little Bear", 12), ("Fox", 7)]
    assert "Little Bear" in client.get(reverse("courses:consent", args=[sent.pk])).text
    sent.refresh_from_db()
    for person, name in ((peer, "group_video"), (instructor, "review"), (sent.learner, "feedback")):
        client.force_login(person)
        assert "Little Bear" not in client.get(reverse(f"courses:{name}", args=[sent.pk])).text
    assert not ChildInPicture.objects.owned_by(instructor).exists()
    assert "Little Bear" not in str([(entry.label, entry.data) for entry in ModelLogEntry.objects.all()])


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"children": ""}, "Please say whether a child appears."),
        ({"children": "yes"}, "Write below a name of your own choosing"),
        ({"children": "yes", "alias_0": "Bear"}, "Write about how many seconds."),
        ({"children": "yes", "seen_0": "5"}, "Write a name of your own choosing."),
        ({"children": "yes", "alias_0": "Bear", "seen_0": "many"}, "minutes and seconds"),
        ({"children": "yes", "alias_0": "Bear", "seen_0": "61"}, "longer than your video lasts"),
        ({"children": "yes", "alias_0": "Bear", "seen_0": "999999999999"}, "longer than your video lasts"),
        ({"children": "yes", "alias_0": "Bear", "seen_0": "5", "alias_1": "bear", "seen_1": "5"}, "another name"),
        ({"children": "yes", "alias_0": "x" * 41, "seen_0": "5"}, "at most 40"),
    ],
)
def test_what_cannot_be_so_gets_its_sentence_and_nothing_typed_is_lost(client, sent, fields, words):
    client.force_login(sent.learner)
    response = say(client, sent, **fields)
    assert response.status_code == 422
    assert words in response.text
    assert fields.get("alias_0", "") in response.text
    assert not ChildInPicture.objects.exists()


def test_no_child_takes_the_names_away(client, sent):
    show(sent, Consent(children=(Child("Bear", 5),)))
    client.force_login(sent.learner)
    say(client, sent, children="no", alias_0="Bear", seen_0="5")
    sent.refresh_from_db()
    assert sent.shows_children is False
    assert not ChildInPicture.objects.exists()


def test_she_says_it_when_she_sends_and_a_refusal_loses_nothing(client, member, course):
    lesson = make.make_lesson(course, make.assignment())
    url = reverse("courses:send", args=[lesson.lesson_key, lesson.pieces[0].id])
    asset = make.make_asset(member)
    client.force_login(member)
    data = {"asset": str(asset.pk), "check-0": "on", "audience": "group", "children": "yes", "alias-0": "Bear"}
    refused = client.post(url, data)
    assert refused.status_code == 422
    assert "Bear" in refused.text
    assert not Submission.objects.exists()
    assert client.post(url, data | {"seen-0": "9"}).status_code == 302
    one = Submission.objects.get()
    assert (one.audience, one.shows_children, one.children.get().seconds) == ("group", True, 9)


def test_her_copy_holds_it_and_erasing_takes_it_away(sent, client, peer):
    show(sent, Consent(Audience.GROUP, (Child("Little Bear", 5),)))
    copy = json.dumps(privacy.export(sent.learner), cls=DjangoJSONEncoder)
    assert "Little Bear" in copy
    assert "Evenings" in copy
    assert "Little Bear" not in json.dumps(privacy.export(peer), cls=DjangoJSONEncoder)
    privacy.erase(sent.learner)
    sent.refresh_from_db()
    assert (sent.audience, sent.cohort, sent.shows_children) == ("instructor", None, None)
    assert not ChildInPicture.objects.exists()
    assert not sees(client, peer, sent)


def test_the_list_of_a_group_asks_the_same_for_few_and_for_many(
    client, sent, peer, course, django_assert_max_num_queries
):
    client.force_login(peer)
    counts = []
    for amount in (3, 30):
        for number in range(amount):
            lesson = make.make_lesson(course, make.assignment(make.make_rubric()), title=f"Task {amount} {number}")
            asset = make.make_asset(sent.learner)
            submit(learner=sent.learner, lesson=lesson, piece_id=lesson.pieces[0].id, asset=asset, consent=GROUP)
        with django_assert_max_num_queries(8) as captured:
            client.get(reverse("courses:group_videos", args=[sent.course_key]))
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_a_block_from_the_talk_holds_here_too(client, sent, peer, course):
    show(sent)
    lesson = make.make_lesson(course, title="Talk")
    post = talk.write(writer=peer, lesson=lesson, text="Hello", client_id=sent.pk)
    talk.block(writer_of=post, by=sent.learner)
    assert not sees(client, peer, sent)
