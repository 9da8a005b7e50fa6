"""What a course's file takes while it waits, and what is known of its captions and of who sent it."""

import json

import pytest

from courses import privacy
from courses.exchange import arriving, course_out
from courses.exchange.course_out import courses_of
from courses.models import CourseImport
from media_pipeline.captions.keeping import keep
from media_pipeline.captions.webvtt import parse
from media_pipeline.models import Asset
from media_pipeline.storage import local
from tests.courses import zips
from tests.courses.test_course_files import FILE, INDEX, bring, kept_video, send, taken
from tests.factories import courses as make
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db


def test_captions_that_nobody_has_read_come_as_such(client, instructor, shelf, course):
    asset = kept_video(shelf)
    keep(asset=asset, language="fr", cues=parse(zips.VTT.encode()), machine_made=True, by=None)
    make.make_lesson(course, make.video(asset))
    client.force_login(instructor)
    one = bring(client, shelf, taken(client, course))
    assert one.state == "done"
    captions = {caption.language: caption for caption in Asset.objects.exclude(pk=asset.pk).get().captions.all()}
    assert {language: one.unconfirmed for language, one in captions.items()} == {"en": False, "fr": True}
    assert captions["fr"].confirmed_by is None


@pytest.mark.parametrize("junk", [None, 7, "fr", {"fr": 1}, [7, None]])
def test_junk_in_the_list_of_unread_captions_breaks_nothing(client, instructor, shelf, junk):
    client.force_login(instructor)
    videos = {"v": {"title": "Film", "captions": {"en": "c"}, "unread": junk}}
    about = {"course.json": zips.course(videos=videos), "lessons/1.json": zips.lesson(zips.text())}
    bring(client, shelf, zips.zip_of(about | {"v": zips.MP4, "c": zips.VTT}))
    assert not Asset.objects.get().captions.get().unconfirmed


def test_a_file_does_not_come_when_there_is_no_room(client, instructor, shelf, monkeypatch):
    client.force_login(instructor)
    monkeypatch.setattr(arriving, "has_room", lambda length: False)
    page = send(client, shelf, zips.small())
    assert page.status_code == 422
    assert "We have no room for this file just now" in page.content.decode()
    assert not CourseImport.objects.exists()


def test_of_many_files_the_last_five_wait(client, instructor, shelf, django_capture_on_commit_callbacks):
    client.force_login(instructor)
    with django_capture_on_commit_callbacks(execute=True):
        sent = [send(client, shelf, zips.small(title=f"Course {n}")).context["one"] for n in range(7)]
    waiting = CourseImport.objects.filter(has_file=True)
    assert {one.pk for one in waiting} == {one.pk for one in sent[2:]}
    assert [local.path(one.key).exists() for one in sent] == [False] * 2 + [True] * 5


def test_a_file_waits_for_those_that_are_being_brought_in(client, instructor, shelf):
    client.force_login(instructor)
    for number in range(5):
        send(client, shelf, zips.small(title=f"Course {number}"))
    CourseImport.objects.update(state="waiting")
    page = send(client, shelf, zips.small())
    assert page.status_code == 422
    assert CourseImport.objects.filter(has_file=True).count() == 5


def test_the_page_follows_the_work_for_who_sent_the_file_alone(client, instructor, shelf):
    client.force_login(instructor)
    one = send(client, shelf, zips.small()).context["one"]
    followed = f"{INDEX}{one.pk}/progress/"
    assert followed not in client.get(f"{INDEX}{one.pk}/").content.decode()
    CourseImport.objects.update(state="waiting")
    assert followed in client.get(f"{INDEX}{one.pk}/").content.decode()
    assert client.get(followed).json() == {"is_under_way": True, "state": "waits"}
    CourseImport.objects.update(state="done")
    assert client.get(followed).json()["is_under_way"] is False
    client.force_login(UserFactory(role="instructor"))
    assert client.get(followed).status_code == 404


def test_her_copy_names_the_files_she_sent(client, instructor, shelf):
    client.force_login(instructor)
    bring(client, shelf, zips.small())
    (row,) = privacy.export(instructor)["courses_brought_in"]
    assert (row["file_name"], row["state"]) == ("course.zip", "done")
    assert privacy.export(UserFactory(role="instructor"))["courses_brought_in"] == []


def test_a_colleague_is_not_told_that_she_brought_it(client, instructor, shelf):
    client.force_login(instructor)
    file = zips.small().getvalue()
    bring(client, shelf, zips.io.BytesIO(file))
    colleague = UserFactory(role="instructor")
    colleague.groups.add(shelf.group)
    client.force_login(colleague)
    page = send(client, shelf, zips.io.BytesIO(file)).content.decode()
    assert "This very file was brought onto this shelf on" in page


def test_her_courses_are_asked_for_in_one_length_however_many_shelves(instructor, shelf, course):
    def asked():
        return len(str(courses_of(instructor).query))

    length = asked()
    for number in range(5):
        theirs = make.make_shelf(instructor, f"Shelf{number}")
        make.make_course(theirs, title=f"Course {number}")
    assert asked() - length < 50
    instructor = type(instructor).objects.get(pk=instructor.pk)  # what she may do is kept with her
    assert courses_of(instructor).count() == 6
    make.make_course(make.make_shelf(UserFactory(role="instructor"), "Other"), title="Theirs")
    assert courses_of(instructor).count() == 6


def test_the_list_of_unread_captions_is_in_the_file(client, instructor, shelf, course):
    asset = kept_video(shelf)
    keep(asset=asset, language="fr", cues=parse(zips.VTT.encode()), machine_made=True, by=None)
    make.make_lesson(course, make.video(asset))
    client.force_login(instructor)
    with zips.zipfile.ZipFile(taken(client, course)) as archive:
        about = json.loads(archive.read("course.json"))
    assert about["videos"]["videos/001.mp4"]["unread"] == ["fr"]


def test_a_course_that_could_not_come_back_is_said_before_it_is_sent(client, instructor, shelf, course, settings):
    make.make_lesson(course, make.video(kept_video(shelf)))
    client.force_login(instructor)
    settings.MEDIA_PIPELINE_MAX_BYTES = 100
    page = client.get(FILE, {"out-course": course.pk})
    assert "could not be brought in again" in page.content.decode()
    assert "Download it all the same" in page.content.decode()
    assert f'<form method="post" action="{INDEX}"' in page.content.decode()
    assert client.post(FILE, {"out-course": course.pk}).status_code == 405
    assert zips.zipfile.is_zipfile(taken(client, course, **{"out-large": "on"}))


@pytest.mark.parametrize("limit", ["MOST_LESSONS", "MOST_MEDIA", "LARGEST_TEXT", "LARGEST_TEXTS"])
def test_what_is_too_much_for_one_file_is_counted(client, instructor, shelf, course, monkeypatch, limit):
    make.make_lesson(course, make.video(kept_video(shelf)))
    client.force_login(instructor)
    assert taken(client, course)
    monkeypatch.setattr(course_out, limit, 0)
    assert "could not be brought in again" in client.get(FILE, {"out-course": course.pk}).content.decode()
