"""She changes her mind, her group or her account: what was said before holds no longer."""

import pytest
from django.urls import reverse

from courses import opinions, peers, privacy
from courses.cohorts import join_cohort
from courses.models import Audience, Notice, SecondOpinion
from courses.sharing import Consent, give_consent
from courses.shelves import add_teacher
from courses.submissions import submit
from courses.talk import TalkRefused
from tests.factories import courses as make
from tests.factories.accounts import UserFactory

SHOWN = Consent(Audience.GROUP)


def test_the_same_video_sent_again_is_seen_by_whom_she_says_the_last_time(client, member, course):
    lesson = make.make_lesson(course, make.assignment())
    values = {"lesson": lesson, "piece_id": lesson.pieces[0].id, "asset": make.make_asset(member)}
    submit(learner=member, consent=SHOWN, **values)
    client.force_login(member)
    url = reverse("courses:send", args=[lesson.lesson_key, lesson.pieces[0].id])
    data = {"asset": str(values["asset"].pk), "check-0": "on", "audience": "instructor", "children": "no"}
    assert client.post(url, data).status_code == 302
    assert submit(learner=member, **values).audience == "instructor"


def test_a_group_that_she_has_left_is_not_asked(sent, peer, course):
    give_consent(submission=sent, consent=SHOWN, by=sent.learner)
    join_cohort(learner=sent.learner, cohort=make.make_cohort(course, "Mornings"), course=course)
    with pytest.raises(TalkRefused):
        peers.ask(submission=sent, by=sent.learner)
    assert not Notice.objects.exists()


def test_a_group_that_she_leaves_is_asked_no_more(sent, peer, course):
    give_consent(submission=sent, consent=SHOWN, by=sent.learner)
    peers.ask(submission=sent, by=sent.learner)
    join_cohort(learner=sent.learner, cohort=make.make_cohort(course, "Mornings"), course=course)
    sent.refresh_from_db()
    assert sent.asked_peers_at is None
    assert not Notice.objects.exists()


def test_nobody_is_asked_any_more_by_who_is_gone(sent, peer):
    give_consent(submission=sent, consent=SHOWN, by=sent.learner)
    peers.ask(submission=sent, by=sent.learner)
    privacy.erase(sent.learner)
    peer.refresh_from_db()
    assert not Notice.objects.exists()
    assert peer.notices_unread == 0


def test_who_cannot_review_any_more_is_not_waited_for(sent, shelf, instructor):
    asked = []
    for number in range(2):
        colleague = UserFactory(role="instructor")
        add_teacher(shelf=shelf, teacher=colleague, by=instructor)
        if asked:
            asked[0].groups.remove(shelf.group)
        opinions.ask(submission=sent, colleague=colleague, question=f"Question {number}", by=instructor)
        asked.append(colleague)
    assert SecondOpinion.objects.get().colleague == asked[1]
