"""Sending in a video: not without one, not somebody else's, one open at a time."""

import uuid

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from courses.models import Rubric, Submission
from courses.pieces import ASSIGNMENT
from courses.rubrics import new_version
from courses.submissions import SubmissionRefused, give_back_unusable, submit
from media_pipeline.models import Asset
from media_pipeline.signals import asset_changed
from tests.factories import courses as make
from tests.factories.accounts import UserFactory


@pytest.fixture
def task(course, enrolled):
    """A lesson that asks for a video."""
    return make.make_lesson(course, make.assignment())


def piece_of(lesson):
    return next(piece for piece in lesson.pieces if piece.kind == ASSIGNMENT)


def send(learner, lesson, asset):
    return submit(learner=learner, lesson=lesson, piece_id=piece_of(lesson).id, asset=asset, note="")


def url(lesson):
    return reverse("courses:send", args=[lesson.lesson_key, piece_of(lesson).id])


def form(asset=None, **fields):
    said = {"audience": "instructor", "children": "no"}
    return (
        {"asset": str(asset.pk) if asset else "", "check-0": "on", "note": "My first", "language": "en"} | said | fields
    )


def test_she_sends_her_video(client, enrolled, task):
    asset = make.make_asset(enrolled)
    client.force_login(enrolled)
    response = client.post(url(task), form(asset), follow=True)
    submission = Submission.objects.get()
    assert submission.number == 1
    assert submission.note == "My first"
    assert submission.rubric.name == "First video"
    assert response.redirect_chain[-1][0] == reverse("courses:feedback", args=[submission.pk])
    assert "Waiting for your instructor" in response.content.decode()


def test_a_video_on_its_way_may_be_sent(enrolled, task):
    asset = make.make_asset(enrolled, state="preparing", duration_ms=None)
    assert send(enrolled, task, asset).state == "sent"


def test_without_a_video_nothing_is_sent_and_her_words_stay(client, enrolled, task):
    client.force_login(enrolled)
    response = client.post(url(task), form())
    page = response.content.decode()
    assert response.status_code == 422
    assert "There is no video yet" in page
    assert "My first" in page
    assert not Submission.objects.exists()


def test_an_unticked_checklist_is_shown(client, enrolled, task):
    client.force_login(enrolled)
    data = form(make.make_asset(enrolled))
    del data["check-0"]
    response = client.post(url(task), data)
    assert response.status_code == 422
    assert "Look at this once more" in response.content.decode()


@pytest.mark.parametrize("whose", ["another's", "a lesson's", "nobody's"])
def test_only_a_video_of_her_own_counts(client, enrolled, task, whose):
    assets = {
        "another's": lambda: make.make_asset(UserFactory()),
        "a lesson's": lambda: make.make_asset(enrolled, purpose="lesson"),
        "nobody's": lambda: Asset(pk=uuid.uuid4()),
    }
    client.force_login(enrolled)
    assert client.post(url(task), form(assets[whose]())).status_code == 422
    assert not Submission.objects.exists()


def test_a_refused_video_says_why(enrolled, task):
    asset = make.make_asset(enrolled, state="refused", reason="not_a_video")
    with pytest.raises(SubmissionRefused, match=r"\w+"):
        send(enrolled, task, asset)


def test_a_video_of_the_wrong_length_says_how_long(enrolled, task):
    with pytest.raises(SubmissionRefused, match="10 to 120 seconds"):
        send(enrolled, task, make.make_asset(enrolled, duration_ms=300_000))


def test_the_same_video_twice_is_one_submission(client, enrolled, task):
    asset = make.make_asset(enrolled)
    client.force_login(enrolled)
    assert client.post(url(task), form(asset)).url == client.post(url(task), form(asset)).url
    assert Submission.objects.count() == 1


def test_one_try_is_open_at_a_time_and_tries_are_numbered(enrolled, task):
    first = send(enrolled, task, make.make_asset(enrolled))
    with pytest.raises(SubmissionRefused, match="still waits"):
        send(enrolled, task, make.make_asset(enrolled))
    Submission.objects.filter(pk=first.pk).update(state="again", decided_at=first.sent_at)
    assert send(enrolled, task, make.make_asset(enrolled)).number == 2


def test_after_a_pass_there_is_nothing_to_send(client, enrolled, task):
    first = send(enrolled, task, make.make_asset(enrolled))
    Submission.objects.filter(pk=first.pk).update(state="passed", decided_at=first.sent_at)
    with pytest.raises(SubmissionRefused, match="passed"):
        send(enrolled, task, make.make_asset(enrolled))
    client.force_login(enrolled)
    assert "You have passed this assignment" in client.get(url(task)).content.decode()


def test_the_database_itself_allows_one_open_try(enrolled, task):
    first = send(enrolled, task, make.make_asset(enrolled))
    values = {f.attname: getattr(first, f.attname) for f in Submission._meta.fields if f.name not in ("id", "asset")}
    with pytest.raises(IntegrityError), transaction.atomic():
        Submission.objects.create(**values | {"number": 2, "asset_id": make.make_asset(enrolled).pk})


def test_a_video_that_fails_later_frees_her_place(enrolled, task, django_capture_on_commit_callbacks):
    asset = make.make_asset(enrolled, state="preparing")
    first = send(enrolled, task, asset)
    Asset.objects.filter(pk=asset.pk).update(state="refused", reason="not_a_video")
    asset_changed.send(sender=Asset, asset_id=asset.pk, state="refused")
    first.refresh_from_db()
    assert first.state == "unusable"
    assert send(enrolled, task, make.make_asset(enrolled)).number == 2
    assert give_back_unusable(asset.pk) == 0


@pytest.fixture
def failed(enrolled, task, django_capture_on_commit_callbacks):
    """A try whose video could not be prepared, by our fault."""
    asset = make.make_asset(enrolled, state="preparing")
    first = send(enrolled, task, asset)
    Asset.objects.filter(pk=asset.pk).update(state="failed", reason="encoding")
    asset_changed.send(sender=Asset, asset_id=asset.pk, state="failed")
    return first


def now_it_plays(submission):
    Asset.objects.filter(pk=submission.asset_id).update(
        state="ready", reason="", outputs=f"outputs/{submission.asset_id}/2"
    )
    asset_changed.send(sender=Asset, asset_id=submission.asset_id, state="ready")
    submission.refresh_from_db()


def test_our_failure_is_not_called_hers(client, enrolled, failed):
    client.force_login(enrolled)
    for page in ("/learn/", f"/studio/{failed.pk}/"):
        text = client.get(page).content.decode()
        assert "We could not prepare your video yet" in text
        assert "Please send another video" not in text


def test_a_video_that_is_prepared_after_all_goes_to_her_instructor(failed):
    now_it_plays(failed)
    assert failed.state == "sent"


def test_a_video_that_is_prepared_after_she_sent_another_stays_closed(enrolled, task, failed):
    send(enrolled, task, make.make_asset(enrolled))
    now_it_plays(failed)
    assert failed.state == "unusable"


def test_the_rubric_of_the_day_stays_with_the_submission(enrolled, task):
    first = send(enrolled, task, make.make_asset(enrolled))
    old = Rubric.objects.get()
    new_version(rubric=old, name="Stricter", criteria=old.criteria, locale=old.locale, by=enrolled)
    Submission.objects.filter(pk=first.pk).update(state="again", decided_at=first.sent_at)
    second = send(enrolled, task, make.make_asset(enrolled))
    first.refresh_from_db()
    assert (first.rubric.name, second.rubric.name) == ("First video", "Stricter")


def test_an_upload_that_was_not_sent_is_offered_again(client, enrolled, task):
    asset = make.make_asset(enrolled, title="Kitchen.mp4")
    client.force_login(enrolled)
    page = client.get(url(task)).content.decode()
    assert str(asset.pk) in page
    assert "Kitchen.mp4" in page
    assert "Kitchen.mp4" in client.get(reverse("courses:studio")).content.decode()


def test_who_has_not_joined_cannot_send(client, outsider, task):
    client.force_login(outsider)
    assert client.get(url(task)).status_code == 403
    client.logout()
    assert client.get(url(task)).url.startswith(reverse("account_login"))


def test_the_instructor_is_led_to_the_course_instead(client, instructor, task):
    client.force_login(instructor)
    assert client.get(url(task)).url == task.course.url


def test_only_she_sees_her_studio(client, enrolled, outsider, instructor, task):
    submission = send(enrolled, task, make.make_asset(enrolled))
    mine = reverse("courses:feedback", args=[submission.pk])
    client.force_login(enrolled)
    assert client.get(mine).status_code == 200
    assert mine in client.get(reverse("courses:studio")).content.decode()
    for somebody in (outsider, instructor):
        client.force_login(somebody)
        assert client.get(mine).status_code == 404
        assert mine not in client.get(reverse("courses:studio")).content.decode()
    client.logout()
    assert client.get(mine).url.startswith(reverse("account_login"))


def test_the_steps_are_followed_without_a_reload(client, enrolled, task):
    asset = make.make_asset(enrolled, state="preparing", percent=40)
    send(enrolled, task, asset)
    client.force_login(enrolled)
    page = client.get(reverse("courses:studio")).content.decode()
    assert f'data-asset-status="{reverse("media_pipeline:status", args=[asset.pk])}"' in page


def test_an_empty_studio_leads_on(client, learner):
    client.force_login(learner)
    assert "No videos yet" in client.get(reverse("courses:studio")).content.decode()


def test_the_studio_asks_little(client, enrolled, course, django_assert_max_num_queries):
    client.force_login(enrolled)

    def add(amount):
        for number in range(amount):
            lesson = make.make_lesson(course, make.assignment(make.make_rubric()), title=f"Task {number}")
            send(enrolled, lesson, make.make_asset(enrolled))

    counts = []
    for amount in (3, 20):
        add(amount)
        with django_assert_max_num_queries(12) as captured:
            client.get(reverse("courses:studio"))
        counts.append(len(captured))
    assert counts[0] == counts[1]
