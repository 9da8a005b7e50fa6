"""An answer said aloud: part of her draft, prepared as a video, seen by two people, and gone with what it answers."""

import io
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from courses import privacy, review
from courses.models import Review, Submission
from courses.shelves import add_teacher
from media_pipeline.captions.keeping import Written, save_captions
from media_pipeline.models import Asset, Job
from tests.courses import zips
from tests.courses.test_review import decide
from tests.factories import courses as make
from tests.factories.accounts import UserFactory

WEBM = b"\x1a\x45\xdf\xa3" + b"\0" * 3000


@pytest.fixture
def mine(client, instructor, sent):
    """The learner's video on the desk of the instructor, who has signed in."""
    client.force_login(instructor)
    review.take(submission=sent, by=instructor)
    return sent


def desk(submission):
    return reverse("courses:review", args=[submission.pk])


def send(client, submission, content=WEBM):
    file = io.BytesIO(content)
    file.name = "recording"
    return client.post(reverse("courses:record", args=[submission.pk]), {"recording": file} if content else {})


def recorded(submission, instructor, **values):
    """What was recorded, prepared unless told otherwise."""
    asset = make.make_asset(instructor, purpose="answer", title="Said", **values)
    Review.objects.filter(submission=submission).update(recording=asset)
    return asset


def test_a_recording_is_kept_with_her_draft_and_prepared(client, instructor, mine):
    assert send(client, mine).json() == {"saved": True}
    asset = Review.objects.get(submission=mine).recording
    assert (asset.owner, asset.purpose, asset.state) == (instructor, "answer", "received")
    assert Job.objects.filter(asset=asset).count() == 1
    assert "is being prepared" in client.get(desk(mine)).content.decode()


def test_the_next_one_takes_the_place_of_the_first(client, mine):
    send(client, mine)
    first = Review.objects.get(submission=mine).recording_id
    send(client, mine, zips.MP4)
    second = Review.objects.get(submission=mine).recording_id
    assert second != first
    assert list(Asset.objects.filter(purpose="answer").values_list("pk", flat=True)) == [second]


def test_she_deletes_it_and_keeps_her_words(client, mine):
    send(client, mine)
    client.post(desk(mine), {"action": "unrecord", "summary": "Lovely light."})
    draft = Review.objects.get(submission=mine)
    assert (draft.recording, draft.summary) == (None, "Lovely light.")
    assert not Asset.objects.filter(purpose="answer").exists()


@pytest.mark.parametrize(
    ("content", "status", "words"),
    [(b"", 422, "Nothing was recorded"), (b"<svg/>", 422, "no recording"), (zips.picture(), 422, "no recording"),
     (b"#EXTM3U\n/etc/passwd", 422, "no recording"), (b"PK\x03\x04", 422, "no recording")],
)  # fmt: skip
def test_what_is_no_recording_is_refused_and_the_first_stays(client, mine, content, status, words):
    send(client, mine)
    kept = Review.objects.get(submission=mine).recording_id
    answer = send(client, mine, content)
    assert (answer.status_code, words in answer.json()["message"]) == (status, True)
    assert Review.objects.get(submission=mine).recording_id == kept


def test_one_that_is_too_large_is_refused(client, mine, settings):
    settings.MEDIA_PIPELINE_ANSWER_BYTES = 2000
    assert "too large" in send(client, mine).json()["message"]
    assert send(client, mine, WEBM + b"\0" * 200_000).status_code == 413


def test_her_room_for_videos_is_not_exceeded(client, mine, settings):
    settings.MEDIA_PIPELINE_QUOTA_BYTES = 1000
    assert "no room" in send(client, mine).json()["message"]
    assert not Asset.objects.filter(purpose="answer").exists()


def test_an_answer_that_is_chosen_is_not_changed_and_taken_back_it_is(client, instructor, mine, settings):
    settings.REVIEW_UNDO_SECONDS = 60
    send(client, mine)
    kept = Review.objects.get(submission=mine).recording_id
    review.choose(submission=mine, by=instructor, decision="pass", scores={"0": 3, "1": 2}, summary="Lovely.")
    assert send(client, mine).status_code == 409
    assert Review.objects.get(submission=mine).recording_id == kept
    review.undo(submission=mine, by=instructor)
    assert Review.objects.get(submission=mine).recording_id == kept
    assert send(client, mine).status_code == 200


def test_the_learner_gets_it_with_the_answer_and_not_before(client, instructor, mine, member):
    asset = recorded(mine, instructor)
    save_captions(asset=asset, language="en", engine=Written(zips.VTT.encode()), by=instructor)
    page = reverse("courses:feedback", args=[mine.pk])
    client.force_login(member)
    assert str(asset.pk) not in client.get(page).content.decode()
    decide(mine, instructor)
    shown = client.get(page)
    assert shown.context["recorded"].asset_id == asset.pk
    html = shown.content.decode()
    assert shown.context["recorded"].mp4_url in html
    assert 'kind="captions"' in html
    answer = client.get(shown.context["recorded"].captions[0].url)
    assert b"Turn to the window" in answer.content


@pytest.mark.parametrize(("state", "words"), [("preparing", "said something aloud"), ("failed", None)])
def test_what_cannot_be_played_yet_is_said_and_what_never_will_is_not(client, instructor, mine, member, state, words):
    recorded(mine, instructor, state=state, reason="encoding" if state == "failed" else "")
    decide(mine, instructor)
    client.force_login(member)
    html = client.get(reverse("courses:feedback", args=[mine.pk])).content.decode()
    assert ("said something aloud" in html) is bool(words)


def test_others_neither_send_nor_see_one(client, instructor, mine, member, peer, outsider):
    asset = recorded(mine, instructor)
    decide(mine, instructor)
    stranger = UserFactory(role="instructor")
    make.make_shelf(stranger, "Other")
    for person in (member, peer, outsider, stranger):
        client.force_login(person)
        assert send(client, mine).status_code == 404
        assert client.get(desk(mine)).status_code == 404
    for person in (peer, outsider, stranger):
        client.force_login(person)
        assert client.get(reverse("courses:feedback", args=[mine.pk])).status_code == 404
        assert client.get(reverse("media_pipeline:status", args=[asset.pk])).status_code == 404
    client.logout()
    assert send(client, mine).status_code == 302


def test_a_colleague_who_does_not_hold_it_cannot_record(client, instructor, mine, shelf):
    colleague = UserFactory(role="instructor")
    add_teacher(shelf=shelf, teacher=colleague, by=instructor)
    client.force_login(colleague)
    assert send(client, mine).status_code == 409
    assert not Asset.objects.filter(purpose="answer").exists()
    Submission.objects.update(lease_until=timezone.now() - timedelta(minutes=1))
    assert send(client, mine).status_code == 200


def test_nobody_sends_one_as_an_ordinary_upload(client, instructor):
    client.force_login(instructor)
    metadata = "purpose YW5zd2Vy,filename YS53ZWJt"
    headers = {"Tus-Resumable": "1.0.0", "Upload-Length": "1000", "Upload-Metadata": metadata}
    assert client.post(reverse("media_pipeline:uploads"), headers=headers).status_code in (403, 422)


def test_it_goes_with_what_it_answers_and_with_whom_it_is_for(instructor, mine, member):
    recorded(mine, instructor)
    privacy.erase(member)
    assert not Asset.objects.filter(purpose="answer").exists()
    recorded(mine, instructor)
    Review.objects.filter(submission=mine).delete()
    assert not Asset.objects.filter(purpose="answer").exists()


def test_only_the_desk_of_who_holds_the_video_may_film(client, instructor, mine, member):
    assert "camera=(self), microphone=(self)" in client.get(desk(mine)).headers["Permissions-Policy"]
    decide(mine, instructor)
    for address in (desk(mine), reverse("courses:queue")):
        assert "camera=(), microphone=()" in client.get(address).headers["Permissions-Policy"]
    client.force_login(member)
    page = client.get(reverse("courses:feedback", args=[mine.pk]))
    assert "microphone=()" in page.headers["Permissions-Policy"]


def test_the_desk_and_the_answer_stay_within_their_queries(
    client, instructor, mine, member, django_assert_max_num_queries
):
    asset = recorded(mine, instructor)
    save_captions(asset=asset, language="en", engine=Written(zips.VTT.encode()), by=instructor)
    client.get(desk(mine))
    with django_assert_max_num_queries(14):
        client.get(desk(mine))
