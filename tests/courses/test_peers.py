"""Asking one's group what it thinks of a video: who is asked, who answers, and what she does with the answers."""

import json
import uuid
from datetime import timedelta

import pytest
from django.core.serializers.json import DjangoJSONEncoder
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from courses import moderation, notices, peers, privacy, talk
from courses.models import Audience, Block, Notice, Post, PostReport, Silence, Submission
from courses.sharing import Consent, give_consent, withdraw
from courses.submissions import submit
from courses.talk import TalkRefused
from media_pipeline.access import may_watch_now
from tests.factories import courses as make

WORDS = {"works": "The light", "works_too": "Your voice", "to_try": "Hold it longer"}


def show(sent, audience=Audience.GROUP):
    give_consent(submission=sent, consent=Consent(audience), by=sent.learner)
    sent.refresh_from_db()


@pytest.fixture
def asked(sent, peer):
    """Her video, about which the group is asked."""
    show(sent)
    peers.ask(submission=sent, by=sent.learner)
    sent.refresh_from_db()
    return sent


def answer(asked, by, **values):
    return peers.answer(submission=asked, by=by, client_id=uuid.uuid4(), **(WORDS | values))


def page(asked):
    return reverse("courses:group_video", args=[asked.pk])


def send(client, person, asked, **fields):
    client.force_login(person)
    return client.post(page(asked), WORDS | {"client_id": str(uuid.uuid4())} | fields)


def own_page(client, asked):
    client.force_login(asked.learner)
    return client.get(reverse("courses:feedback", args=[asked.pk])).text


def do(client, person, asked, **fields):
    client.force_login(person)
    return client.post(reverse("courses:ask_group", args=[asked.pk]), fields)


def test_she_asks_a_peer_answers_and_she_thanks(client, sent, peer):
    show(sent)
    do(client, sent.learner, sent, action="ask")
    client.force_login(peer)
    assert page(sent) in client.get(reverse("courses:dashboard")).text
    assert "She asks what you think" in client.get(reverse("courses:group_videos", args=[sent.course_key])).text
    assert send(client, peer, sent).status_code == 302
    assert "What you said" in client.get(page(sent)).text
    assert page(sent) not in client.get(reverse("courses:dashboard")).text
    shown = own_page(client, sent)
    for words in ("The light", "Your voice", "Hold it longer", "Mei"):
        assert words in shown
    post = Post.objects.get()
    for _twice in range(2):
        assert do(client, sent.learner, sent, thank=str(post.pk)).status_code == 302
    assert "You have thanked her" in own_page(client, sent)
    client.force_login(peer)
    assert "She thanks you" in client.get(reverse("courses:group_videos", args=[sent.course_key])).text
    assert Notice.objects.filter(learner=peer, event=f"thanks:{post.pk}").count() == 1


def test_each_is_told_once_without_a_name_and_reading_it_is_enough(client, asked, peer):
    answer(asked, peer)
    told = Notice.objects.order_by("made_at")
    assert [(one.learner, one.kind) for one in told] == [(peer, "peers"), (asked.learner, "peers")]
    assert not any("Mei" in str(one) or str(asked.learner) in str(one) for one in told)
    client.force_login(peer)
    client.get(page(asked))
    own_page(client, asked)
    assert not Notice.objects.filter(read_at=None).exists()


def test_who_wants_to_hear_nothing_of_it_hears_nothing(sent, peer):
    notices.switch(person=peer, off={("peers", "app"), ("peers", "mail")})
    show(sent)
    peers.ask(submission=sent, by=sent.learner)
    assert not Notice.objects.filter(learner=peer, in_app=True).exists()


def test_only_a_group_that_sees_it_is_asked(client, sent, peer):
    with pytest.raises(TalkRefused):
        peers.ask(submission=sent, by=sent.learner)
    do(client, sent.learner, sent, action="ask")
    assert Submission.objects.get().asked_peers_at is None
    assert not Notice.objects.exists()
    with pytest.raises(IntegrityError), transaction.atomic():
        Submission.objects.update(asked_peers_at=timezone.now())


def test_nobody_else_asks_takes_back_or_thanks(client, asked, peer, instructor, outsider):
    post = answer(asked, peer)
    for person in (peer, instructor, outsider):
        for fields in ({"action": "ask"}, {"action": "withdraw"}, {"thank": str(post.pk)}):
            assert do(client, person, asked, **fields).status_code == 404
    assert do(client, asked.learner, asked, thank=str(uuid.uuid4())).status_code == 404
    assert do(client, asked.learner, asked, thank="nonsense").status_code == 404
    asked.refresh_from_db()
    assert asked.asked_peers_at
    assert Post.objects.get().thanked_at is None


def test_nobody_outside_the_group_answers(client, asked, course, instructor, outsider):
    other = make.member_of(make.make_cohort(course, "Mornings"), course)
    for person in (other, instructor, outsider, asked.learner):
        assert send(client, person, asked).status_code == 404
        with pytest.raises(TalkRefused):
            answer(asked, person)
    client.logout()
    assert client.post(page(asked), WORDS).url.startswith(reverse("account_login"))
    assert not Post.objects.exists()


def test_what_a_peer_says_is_read_by_her_alone(client, asked, peer, course, group, instructor):
    post = answer(asked, peer)
    third = make.member_of(group, course)
    lesson_talk = reverse("courses:talk", args=[asked.lesson_key])
    for person in (third, peer, asked.learner, instructor):
        client.force_login(person)
        assert "Hold it longer" not in client.get(lesson_talk).text
    client.force_login(third)
    assert "Hold it longer" not in client.get(page(asked)).text
    assert client.get(reverse("courses:post", args=[post.pk])).status_code == 404


def test_withdrawing_ends_it_at_once(client, asked, peer):
    answer(asked, peer)
    do(client, asked.learner, asked, action="withdraw")
    client.force_login(peer)
    assert client.get(page(asked)).status_code == 404
    assert not may_watch_now(peer, asked.asset_id)
    assert not Notice.objects.filter(learner=peer, event=f"asked:{asked.pk}", read_at=None).exists()
    peer.refresh_from_db()
    assert peer.notices_unread == 0
    assert "Hold it longer" in own_page(client, asked)  # what was said stays hers


def test_a_film_that_everybody_may_see_stays_so(asked, peer):
    show(asked, Audience.PUBLIC)
    assert asked.asked_peers_at  # the same group sees it
    withdraw(submission=asked, by=asked.learner)
    asked.refresh_from_db()
    assert (asked.audience, asked.cohort, asked.asked_peers_at) == ("public", None, None)


def test_narrowing_takes_the_question_back_too(asked, peer):
    show(asked, Audience.INSTRUCTOR)
    assert asked.asked_peers_at is None
    with pytest.raises(TalkRefused):
        answer(asked, peer)


def test_one_answer_a_peer_and_a_form_sent_twice_is_one(client, asked, peer):
    same = str(uuid.uuid4())
    for _twice in range(2):
        assert send(client, peer, asked, client_id=same).status_code == 302
    assert send(client, peer, asked).status_code == 422
    assert Post.objects.count() == 1
    talk.take_back(post=Post.objects.get(), by=peer)
    assert page(asked) in client.get(reverse("courses:dashboard")).text
    answer(asked, peer, works="The calm")
    assert Post.objects.filter(state="shown").count() == 1


def test_the_database_itself_allows_one_answer(asked, peer):
    post = answer(asked, peer)
    post.pk, post.client_id = uuid.uuid4(), uuid.uuid4()
    with pytest.raises(IntegrityError), transaction.atomic():
        post.save(force_insert=True)


@pytest.mark.parametrize("part", list(WORDS))
@pytest.mark.parametrize("text", ["", " \n ", "x" * 601])
def test_the_three_parts_belong_together_and_nothing_typed_is_lost(client, asked, peer, part, text):
    response = send(client, peer, asked, **{part: text})
    assert response.status_code == 422
    assert all(words in response.text for key, words in WORDS.items() if key != part)
    assert not Post.objects.exists()


def test_blank_lines_do_not_move_a_part(client, asked, peer):
    send(client, peer, asked, works="One\r\n\r\nTwo")
    assert Post.objects.get().paragraphs == ["One Two", "Your voice", "Hold it longer"]


def test_she_asks_about_three_videos_at_a_time(asked, course):
    her = asked.learner
    for number in range(3):
        lesson = make.make_lesson(course, make.assignment(make.make_rubric()), title=f"Task {number}")
        one = submit(learner=her, lesson=lesson, piece_id=lesson.pieces[0].id, asset=make.make_asset(her))
        show(one)
        if number == 2:
            with pytest.raises(TalkRefused):
                peers.ask(submission=one, by=her)
        else:
            peers.ask(submission=one, by=her)


def test_answers_have_a_pace_and_an_end(asked, peer, monkeypatch):
    monkeypatch.setattr("courses.talk.MOST_POSTS", ((timedelta(minutes=10), 0),))
    with pytest.raises(TalkRefused, match="a lot just now"):
        answer(asked, peer)
    monkeypatch.setattr("courses.peers.MOST_ANSWERS", 0)
    with pytest.raises(TalkRefused, match="many answers"):
        answer(asked, peer)


@pytest.mark.parametrize("who", ["asks", "answers"])
def test_who_may_only_read_now_neither_asks_nor_answers(sent, peer, who):
    show(sent)
    silenced = sent.learner if who == "asks" else peer
    if who == "answers":
        peers.ask(submission=sent, by=sent.learner)
    until = timezone.now() + timedelta(days=1)
    Silence.objects.create(person=silenced, shelf_id=sent.shelf_id, because="Unkind", until=until)
    with pytest.raises(TalkRefused, match="Unkind"):
        peers.ask(submission=sent, by=silenced) if who == "asks" else answer(sent, silenced)


@pytest.mark.parametrize("who", ["she", "the peer"])
def test_a_block_shuts_out_what_was_said_and_what_is_asked(client, sent, peer, who):
    show(sent)
    one, other = (sent.learner, peer) if who == "she" else (peer, sent.learner)
    peers.ask(submission=sent, by=sent.learner)
    answer(sent, peer)
    Block.objects.create(learner=one, person=other)
    assert "Hold it longer" not in own_page(client, sent)
    client.force_login(peer)
    assert client.get(page(sent)).status_code == 404


def test_nobody_is_told_of_a_video_of_whom_she_has_blocked(sent, peer):
    Block.objects.create(learner=peer, person=sent.learner)
    show(sent)
    peers.ask(submission=sent, by=sent.learner)
    assert not Notice.objects.exists()


@pytest.mark.parametrize("action", ["hide", "block", "report"])
def test_she_hides_blocks_or_reports_what_hurts(client, asked, peer, action):
    post = answer(asked, peer)
    client.force_login(asked.learner)
    response = client.post(reverse("courses:post", args=[post.pk]), {"action": action, "reason": "unkind"})
    assert response.url == f"{reverse('courses:feedback', args=[asked.pk])}#group"
    assert "Hold it longer" not in own_page(client, asked)
    assert PostReport.objects.count() == (action == "report")


def test_what_was_reported_is_decided_and_its_writer_reads_why(client, asked, peer, instructor):
    post = answer(asked, peer)
    talk.report(post=post, reason="unkind", note="", by=asked.learner)
    moderation.remove(post=post, because="Speak of the film.", by=instructor)
    assert "Hold it longer" not in own_page(client, asked)
    client.force_login(peer)
    told = Notice.objects.get(learner=peer, event__startswith="removed:")
    assert "Speak of the film." in client.get(told.url).text
    assert "Speak of the film." in client.get(page(asked)).text
    assert send(client, peer, asked).status_code == 422


def test_she_takes_her_words_back_also_when_the_video_is_gone(client, asked, peer):
    post = answer(asked, peer)
    withdraw(submission=asked, by=asked.learner)
    way = reverse("courses:post", args=[post.pk])
    client.force_login(peer)
    assert way in client.get(reverse("courses:group_videos", args=[asked.course_key])).text
    assert client.post(way, {"action": "take back"}).status_code == 302
    assert "Hold it longer" not in own_page(client, asked)
    assert client.post(way, {"action": "edit", "text": "More"}).status_code == 404


def test_copies_hold_it_and_erasing_either_takes_it_away(asked, peer):
    answer(asked, peer)
    for person in (asked.learner, peer):
        assert "Hold it longer" in json.dumps(privacy.export(person), cls=DjangoJSONEncoder)
    privacy.erase(asked.learner)
    post = Post.objects.get()
    assert (post.text, post.state) == ("", "taken back")
    assert post.video.asked_peers_at is None


def test_her_page_asks_the_same_for_few_answers_and_for_many(
    client, asked, course, group, django_assert_max_num_queries, monkeypatch
):
    monkeypatch.setattr("courses.peers.MOST_ANSWERS", 100)
    counts = []
    for amount in (3, 20):
        for _number in range(amount):
            answer(asked, make.member_of(group, course))
        own_page(client, asked)
        with django_assert_max_num_queries(16) as captured:
            client.get(reverse("courses:feedback", args=[asked.pk]))
        counts.append(len(captured))
    assert counts[0] == counts[1]
