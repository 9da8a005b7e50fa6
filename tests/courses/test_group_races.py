"""Many of one group at once: nobody waits for another for ever. Real threads, each with its own connection."""

import uuid
from functools import partial

import pytest

from courses import peers
from courses.models import Audience, Notice, Post, Submission
from courses.sharing import Consent, withdraw
from courses.submissions import submit
from tests.courses.test_races import at_once
from tests.factories import courses as make

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgresql]
WORDS = {"works": "The light", "works_too": "Your voice", "to_try": "Hold it longer"}
MANY = 6


@pytest.fixture
def shown(course, group):
    """A video of each of a group, which the group sees."""
    lesson = make.make_lesson(course, make.assignment())
    people = [make.member_of(group, course) for _number in range(MANY)]
    consent = Consent(Audience.GROUP)
    return [
        submit(
            learner=person, lesson=lesson, piece_id=lesson.pieces[0].id, asset=make.make_asset(person), consent=consent
        )
        for person in people
    ]


def test_all_of_a_group_ask_it_at_once(shown):
    results = at_once(*[partial(peers.ask, submission=one, by=one.learner) for one in shown])
    assert results == [None] * MANY
    assert Submission.objects.filter(asked_peers_at__isnull=False).count() == MANY
    assert Notice.objects.count() == MANY * (MANY - 1)


def test_asking_answering_and_taking_back_at_once(shown):
    asked = shown[0]
    her, others = asked.learner, [one.learner for one in shown[1:]]
    peers.ask(submission=asked, by=her)
    answers = [partial(peers.answer, submission=asked, by=by, client_id=uuid.uuid4(), **WORDS) for by in others]
    results = at_once(
        *answers, partial(withdraw, submission=asked, by=her), partial(peers.ask, submission=asked, by=her)
    )
    assert not [one for one in results if isinstance(one, Exception) and not isinstance(one, peers.TalkRefused)]
    assert Post.objects.count() == sum(isinstance(one, Post) for one in results)
