"""Who may see what: every address of ours stands in one table, and what is one person's is asked for as another."""

import uuid
from itertools import chain
from pathlib import Path

import pytest
from django.urls import get_resolver, reverse
from django.utils import timezone
from wagtail.models import ModelLogEntry

from courses.enrolment import enrol
from courses.models import Notice, PracticeAnswer, QuizAttempt
from courses.submissions import submit
from revenue import audit
from revenue.importing import posting
from revenue.statements import close_month
from tests.factories import courses as make
from tests.factories.accounts import UserFactory
from tests.factories.creators import ChannelFactory, ProfileFactory, make_film
from tests.factories.media_pipeline import UploadFactory
from tests.factories.revenue import month, period, uploaded, youtube, youtube_csv
from tests.website.test_access import PUBLIC, addresses, is_closed

pytestmark = pytest.mark.django_db

OURS = ("accounts:", "courses:", "creators:", "media_pipeline:", "revenue:", "website:")
TESTS = Path(__file__).resolve().parents[1]
# Beside PUBLIC: what shows each who is signed in her own, and nothing of others.
SIGNED_IN = {
    "accounts:new_password", "accounts:set_password", "accounts:settings", "accounts:sign_out_everywhere",
    "accounts:video_quality", "courses:blocked", "courses:continue", "courses:dashboard", "courses:drill",
    "courses:enter_code", "courses:goal", "courses:invitation", "courses:join", "courses:lesson", "courses:not_for_me",
    "courses:notice_choices", "courses:notices", "courses:pause", "courses:practise", "courses:progress",
    "courses:recommendations", "courses:studio", "courses:take_next", "media_pipeline:unfinished",
    "media_pipeline:uploads", "media_pipeline:uploads-in-parts", "revenue:earnings", "revenue:toggle_amounts",
    "website:privacy", "website:privacy_download",
}  # fmt: skip
# What opens to whoever has the address or a signature for it, and to nobody without.
BY_ADDRESS = {
    "courses:certificate_pdf", "courses:credential", "courses:key", "courses:stop_mail", "creators:photo",
    "media_pipeline:captions", "media_pipeline:file", "revenue:stripe_webhook",
}  # fmt: skip
OF_A_DEMO = {"website:demo_messages", "website:styleguide"}
OF_A_ROLE = {
    "creators:channels", "creators:edit", "creators:hide", "creators:publish", "revenue:change_payout_details",
    "revenue:children", "revenue:children_record", "revenue:payout_details", "revenue:stripe_account",
    "revenue:take_back_payout_details", "courses:insight", "courses:queue",
}  # fmt: skip
# What is of one person, or of those who take or teach a course, by the fixture of somebody who may.
OWNED = {
    "learner": {
        "courses:ask_group", "courses:attempt", "courses:consent", "courses:done", "courses:draft", "courses:feedback",
        "courses:group_videos", "courses:notice", "courses:practised", "courses:quiz", "courses:send", "courses:talk",
        "media_pipeline:caption_page", "media_pipeline:forget", "media_pipeline:original", "media_pipeline:status",
        "media_pipeline:upload",
    },
    "creator": {
        "creators:move_film_up", "creators:restore_channel", "creators:withdraw_channel", "revenue:dispute",
        "revenue:statement", "revenue:statement_csv", "revenue:statement_line", "revenue:statement_lines_csv",
        "revenue:statement_pdf",
    },
    "instructor": {
        "courses:ask_colleague", "courses:insight_course", "courses:insight_lesson", "courses:record", "courses:review",
    },
}  # fmt: skip
# What is of one person too, and needs more around it: the test that asks for it as somebody else.
OWNED_ELSEWHERE = {
    "courses:beside": "courses/test_beside.py::test_nobody_else_sees_them",
    "courses:beside_hers": "courses/test_beside.py::test_nobody_else_sees_them",
    "courses:group_video": "courses/test_sharing.py::test_her_group_sees_it_when_she_says_so_and_nobody_else",
    "courses:opinion": "courses/test_opinions.py::test_only_the_two_read_it",
    "courses:post": "courses/test_talk.py::test_nobody_from_outside_reads_or_writes",
    "media_pipeline:part": "media_pipeline/test_parts.py::test_for_somebody_else_her_upload_does_not_exist",
    "media_pipeline:upload-in-parts": "media_pipeline/test_parts.py::test_for_somebody_else_her_upload_does_not_exist",
}


@pytest.fixture
def learners_things(learner, instructor):
    """A lesson she takes, and what she did in it."""
    shelf = make.make_shelf(instructor)
    course = make.make_course(shelf)
    lesson = make.make_lesson(course, make.text(), make.video(make.make_asset()), make.quiz(), make.assignment())
    enrol(learner=learner, course=course)
    keys = {"course_key": course.course_key, "lesson_key": lesson.lesson_key}
    piece = keys | {"piece_id": lesson.pieces[2].id}
    done = {"learner": learner, "client_id": uuid.uuid4()}
    attempt = QuizAttempt.objects.create(**done, **piece, answers={}, right=0, total=2, passed=False)
    answer = PracticeAnswer.objects.create(
        **done, drill_key=uuid.uuid4(), answer={}, is_right=True, is_first=True, made_at=timezone.now()
    )
    notice = Notice.objects.create(learner=learner, kind="answer", event="answer:1", title="Light", url="/studio/")
    sent = submit(learner=learner, lesson=lesson, piece_id=lesson.pieces[3].id, asset=make.make_asset(learner))
    return piece | {
        "submission_id": sent.pk,
        "attempt_id": attempt.pk,
        "answer_id": answer.pk,
        "notice_id": notice.pk,
        "upload_id": UploadFactory(owner=learner).pk,
        "asset_id": sent.asset_id,
        "position": 1,
        "language": "en",
        "assignment": lesson.pieces[3].id,
    }


@pytest.fixture
def creators_things(creator, preparer):
    """A film, a channel, and a statement for September."""
    channel = ChannelFactory(profile=ProfileFactory(user=creator), confirmed=True)
    row = {"channel_id": channel.external_id, "partner_revenue": "200.00", "date": "20260915"}
    report = posting.keep(file=uploaded(youtube_csv([row])), source=youtube(), period=period("2026-09"), by=preparer)
    posting.post_report(report=report, by=preparer)
    (statement,) = close_month(month=month("2026-09"), by=preparer)
    return {"film": make_film(creator).pk, "channel": channel.pk, "statement": statement.pk, "position": 1}


@pytest.fixture
def things(learners_things, creators_things):
    """What each name in an address stands for; ``pk`` depends on the address."""
    return creators_things | learners_things


def address_of(name, things):
    """The address of a route, with things that exist in it."""
    app, route = name.split(":")
    kind = next((kind for kind in ("film", "channel") if kind in route), "statement")
    named = things | {"pk": things[kind]}
    if route == "send":
        named["piece_id"] = things["assignment"]
    _prefix, resolver = get_resolver().namespace_dict[app]
    _path, names = resolver.reverse_dict.getlist(route)[0][0][0]
    return reverse(name, kwargs={key: named[key] for key in names})


def ask(client, person, address, methods=("get", "head", "post", "delete")):
    """Ask as ``person`` (None is a stranger) by the first of ``methods`` that is known there; None when none is."""
    client.logout()
    if person:
        client.force_login(person)
    answers = (getattr(client, method)(address, headers={"Tus-Resumable": "1.0.0"}) for method in methods)
    return next((answer for answer in answers if answer.status_code != 405), None)


def test_every_address_stands_in_the_table_once():
    names = [*PUBLIC, *SIGNED_IN, *BY_ADDRESS, *OF_A_DEMO, *OF_A_ROLE, *chain(*OWNED.values()), *OWNED_ELSEWHERE]
    ours = sorted(name for name in names if name.startswith(OURS))
    assert ours == sorted({name for name, _address in addresses() if name.startswith(OURS)})


@pytest.mark.parametrize("owner", OWNED)
def test_what_is_one_persons_is_there_for_her_and_for_nobody_else(client, request, things, owner):
    hers = request.getfixturevalue(owner)
    colleague = UserFactory(role="instructor")
    make.make_shelf(colleague, "Other")
    others = [None, UserFactory(), colleague, UserFactory(role="learner"), UserFactory(role="creator")]
    for name in sorted(OWNED[owner]):
        address = address_of(name, things)
        read = ask(client, hers, address, ("get", "head"))
        assert read is None or not is_closed(read), (name, read.status_code)
        for person in others:
            answer = ask(client, person, address)
            assert is_closed(answer), (name, person, answer.status_code)
    assert not ModelLogEntry.objects.filter(action__in=[audit.SEEN, "revenue.statement_downloaded"]).exists()


@pytest.mark.parametrize("who", ["preparer", "approver", "administrator"])
def test_finance_sees_her_statement_and_each_look_is_written_down(client, request, things, who):
    person = request.getfixturevalue(who)
    for name in sorted(OWNED["creator"]):
        if name.startswith("revenue:"):
            before = ModelLogEntry.objects.filter(user=person).count()
            opens = not is_closed(ask(client, person, address_of(name, things), ("get",)))
            assert opens == (name != "revenue:dispute"), name  # only she asks about a line
            assert ModelLogEntry.objects.filter(user=person).count() == before + opens, name


@pytest.mark.parametrize("who", ["learner", "outsider"])
def test_what_is_for_a_role_is_closed_to_those_without_it(client, request, who):
    for name in sorted(OF_A_ROLE):
        answer = ask(client, request.getfixturevalue(who), reverse(name))
        assert is_closed(answer), (name, answer.status_code)


@pytest.mark.once
def test_what_is_asked_for_elsewhere_is_asked_for_there():
    for test in OWNED_ELSEWHERE.values():
        file, function = test.split("::")
        assert f"\ndef {function}(" in (TESTS / file).read_text(), test
