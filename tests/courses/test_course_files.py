"""A course goes out as one zip and comes back as drafts of her own; hers alone, and never half."""

import io
import json
import re
import zipfile
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone
from wagtail.images import get_image_model
from wagtail.models import Page

from courses.exchange import arriving
from courses.exchange import course_in as bringing
from courses.models import CourseImport, CoursePage, Drill, LessonPage, Rubric, ShelfPage
from media_pipeline.captions.keeping import Written, save_captions
from media_pipeline.models import Asset, Job, Removal
from media_pipeline.storage import local
from tests.courses import zips
from tests.factories import courses as make
from tests.factories.accounts import UserFactory

INDEX, FILE = "/admin/course_files/", "/admin/course_files/file/"


def page_of(shelf):
    return ShelfPage.objects.get(shelf=shelf, locale__language_code="en")


def send(client, shelf, file):
    file.name = "course.zip"
    return client.post(INDEX, {"file": file, "into": page_of(shelf).pk}, follow=True)


def bring(client, shelf, file):
    """Look at a file and bring it in; its row."""
    seen = send(client, shelf, file)
    one = seen.context["one"]
    client.post(f"{INDEX}{one.pk}/")
    one.refresh_from_db()
    return one


def kept_video(shelf, title="Window"):
    asset = make.make_asset(title=title, collection=shelf.collection)
    path = local.path(asset.original_key)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(zips.MP4)
    save_captions(asset=asset, language="en", engine=Written(zips.VTT.encode()), by=None)
    return asset


def kept_picture(shelf):
    image = get_image_model()(title="The window", collection=shelf.collection)
    image.file.save("window.png", ContentFile(zips.picture()), save=False)
    image.width, image.height = 40, 30
    image.save()
    return image


@pytest.fixture
def full(shelf, course):
    """A course with everything a course can have."""
    asset, image = kept_video(shelf), kept_picture(shelf)
    shown = make.block("picture", {"image": {"image": image.pk, "alt_text": "A window", "decorative": False}})
    shown["value"]["caption"] = "Mine"
    quiz = make.quiz_of_every_kind(picture_id=image.pk, asset=asset)
    task = make.assignment(make.make_rubric(shelf=shelf), example=str(asset.pk))
    first = make.make_lesson(course, make.block("heading", "Light"), make.text(), shown, make.video(asset), quiz, task)
    make.make_lesson(course, make.text(), title="Sound")
    course.cover = image
    course.save()
    make.make_drill(shelf)
    draft = first.get_latest_revision_as_object()
    draft.title = "Window light, better"
    draft.save_revision(clean=False)
    return course


def taken(client, course, **more):
    answer = client.get(FILE, {"out-course": course.pk} | more)
    assert answer["Content-Type"] == "application/zip"
    file = io.BytesIO(b"".join(answer.streaming_content))
    assert zipfile.ZipFile(file).testzip() is None
    return io.BytesIO(file.getvalue())


def bare(lesson):
    """What a lesson's pieces say: no ids, no other rows, no empty picture, no keys of paragraphs."""

    def same(raw):
        if isinstance(raw, list):
            return [same(part) for part in raw]
        if not isinstance(raw, dict):
            return re.sub(r' data-block-key="\w+"', "", raw) if isinstance(raw, str) else raw
        if "image" in raw and raw["image"] is None:
            return None
        own = {"id", "shape", "video", "clip", "rubric", "example"} | (
            {"image"} if isinstance(raw.get("image"), int) else set()
        )
        return {name: same(part) for name, part in raw.items() if name not in own}

    return same(list(lesson.body.raw_data))


def test_a_course_comes_back_whole_as_drafts_of_her_own(client, instructor, shelf, full):
    client.force_login(instructor)
    file = taken(client, full, **{"out-drills": "on"})
    other = UserFactory(role="instructor")
    there = make.make_shelf(other, "Other")
    client.force_login(other)
    one = bring(client, there, file)
    assert (one.state, [str(finding) for finding in one.left_out]) == ("done", [])
    course = one.course
    assert (course.live, course.get_parent().specific.shelf, course.owner) == (False, there, other)
    assert course.translation_key != full.translation_key
    first, second = LessonPage.objects.child_of(course).order_by("path")
    assert (first.title, second.title, first.live) == ("Window light, better", "Sound", False)
    original = LessonPage.objects.child_of(full).order_by("path").first()
    assert bare(first) == bare(original)
    assert not {raw["id"] for raw in first.body.raw_data} & {raw["id"] for raw in original.body.raw_data}
    video = Asset.objects.get(pk=first.pieces[1].value["video"])
    assert (video.owner, video.collection, video.state) == (other, there.collection, "received")
    assert Job.objects.filter(asset=video).count() == 1
    assert video.captions.get().text.startswith("WEBVTT")
    with local.open(video.original_key) as stored:
        assert stored.read() == zips.MP4
    assert course.cover.collection == there.collection
    assert Rubric.objects.get(pk=first.pieces[-1].value["rubric"]).shelf == there
    assert Drill.objects.get(shelf=there).is_in_use is False
    assert Removal.objects.filter(key=one.key).exists()  # after the commit
    assert client.get(f"{INDEX}{one.pk}/").status_code == 200


def test_the_same_file_twice_makes_a_second_course_and_says_so(client, instructor, shelf):
    client.force_login(instructor)
    file = zips.small().getvalue()
    first = bring(client, shelf, io.BytesIO(file))
    seen = send(client, shelf, io.BytesIO(file))
    assert "would become a second course" in seen.content.decode()
    client.post(f"{INDEX}{seen.context['one'].pk}/")
    courses = CoursePage.objects.filter(title="Your first video")
    assert courses.count() == 2
    assert len({page.slug for page in courses}) == 2
    client.post(f"{INDEX}{first.pk}/")  # the button of a page that is still open
    assert courses.count() == 2


def test_nothing_is_written_by_the_look(client, instructor, shelf):
    client.force_login(instructor)
    about = {"videos": {"v": {"title": "Film"}}, "pictures": {"p": {}}, "cover": "p",
             "rubrics": {"r": {"name": "R", "criteria": zips.CRITERIA}}}  # fmt: skip
    clip = {"type": "video", "value": {"video": "v", "caption": "", "transcript": "", "teaches": []}}
    file = zips.zip_of({"course.json": zips.course(**about), "lessons/1.json": zips.lesson(clip), "v": zips.MP4,
                        "p": zips.picture()})  # fmt: skip
    before = Page.objects.count()
    page = send(client, shelf, file).content.decode()
    assert "Bring it in as drafts" in page
    assert (Page.objects.count(), Asset.objects.count(), get_image_model().objects.count()) == (before, 0, 0)
    assert not Rubric.objects.exists()


def test_a_rubric_that_stands_there_word_for_word_is_used_again(client, instructor, shelf, full):
    client.force_login(instructor)
    bring(client, shelf, taken(client, full))
    assert Rubric.objects.filter(shelf=shelf).count() == 1


def test_what_is_not_hers_stays_behind_and_is_named(client, instructor, shelf, course):
    theirs = make.make_asset(title="Secret", collection=make.make_shelf(UserFactory(), "Other").collection)
    make.make_lesson(course, make.text(), make.video(theirs))
    client.force_login(instructor)
    file = taken(client, course)
    manifest = json.loads(zipfile.ZipFile(io.BytesIO(file.getvalue())).read("course.json"))
    assert manifest["left_out"] == ["Videos that are not yours: 1."]
    assert "Secret" not in str(manifest)
    page = send(client, shelf, file).content.decode()
    assert "Lesson 1, piece 2 (video)" in page
    assert "Not in the file: Videos that are not yours: 1." in page


def test_the_course_of_another_shelf_is_not_given_out(client, course):
    stranger = UserFactory(role="instructor")
    make.make_shelf(stranger, "Other")
    client.force_login(stranger)
    assert client.get(FILE, {"out-course": course.pk}).status_code == 302
    assert b"Your first video" not in client.get(INDEX).content


def test_a_learner_does_not_come_in(client, learner, course):
    client.force_login(learner)
    for address in (INDEX, f"{FILE}?out-course={course.pk}"):
        assert client.get(address).status_code in (302, 403)


def test_a_file_that_another_sent_is_not_hers(client, instructor, shelf):
    client.force_login(instructor)
    one = send(client, shelf, zips.small()).context["one"]
    stranger = UserFactory(role="instructor")
    make.make_shelf(stranger, "Other")
    client.force_login(stranger)
    for ask in (client.get, client.post):
        assert ask(f"{INDEX}{one.pk}/").status_code == 404
    assert send(client, shelf, zips.small()).status_code == 422  # not a shelf of hers


def test_who_left_the_shelf_brings_nothing_in(client, instructor, shelf):
    client.force_login(instructor)
    one = send(client, shelf, zips.small()).context["one"]
    instructor.groups.remove(shelf.group)
    client.post(f"{INDEX}{one.pk}/")
    CourseImport.objects.update(state="waiting")
    arriving.work(one.pk)
    one.refresh_from_db()
    assert (one.state, str(one.failure)) == ("failed", "You may not write on this shelf any more.")
    assert not CoursePage.objects.exists()


def test_when_it_breaks_nothing_is_left_and_she_may_try_again(client, instructor, shelf, full, monkeypatch):
    client.force_login(instructor)
    one = send(client, shelf, taken(client, full)).context["one"]
    before = (Page.objects.count(), Asset.objects.count(), get_image_model().objects.count())
    files = sorted(path for path in local.root.rglob("*") if path.is_file())

    def breaks(*_args, **_values):
        raise OSError

    with monkeypatch.context() as patch:
        patch.setattr(bringing, "_add_drills", breaks)
        client.post(f"{INDEX}{one.pk}/")
    one.refresh_from_db()
    assert one.state == "failed"
    assert "Nothing of it is here" in client.get(f"{INDEX}{one.pk}/").content.decode()
    assert (Page.objects.count(), Asset.objects.count(), get_image_model().objects.count()) == before
    client.post(f"{INDEX}{one.pk}/")
    one.refresh_from_db()
    assert one.state == "done"
    assert not [path for path in files if not path.exists() and path != local.path(one.key)]


def test_a_large_file_is_brought_in_by_a_worker(
    client, instructor, shelf, monkeypatch, django_capture_on_commit_callbacks
):
    monkeypatch.setattr(arriving, "AT_ONCE", 10)
    client.force_login(instructor)
    with django_capture_on_commit_callbacks() as callbacks:
        one = bring(client, shelf, zips.small())
    assert one.state == "waiting"
    assert callbacks
    assert "It is being brought in" in client.get(f"{INDEX}{one.pk}/").content.decode()
    for _twice in range(2):
        arriving.work(one.pk)
    one.refresh_from_db()
    assert one.state == "done"
    assert CoursePage.objects.count() == 1


def test_a_file_nobody_asked_for_is_forgotten(client, instructor, shelf, django_capture_on_commit_callbacks):
    client.force_login(instructor)
    one = send(client, shelf, zips.small()).context["one"]
    CourseImport.objects.update(sent_at=timezone.now() - timedelta(days=2))
    with django_capture_on_commit_callbacks(execute=True):
        arriving.sweep()
    assert not local.path(one.key).exists()
    assert "Send it again" in client.get(f"{INDEX}{one.pk}/").content.decode()


@pytest.mark.parametrize("number", [3, 300])
def test_the_page_asks_the_same_with_three_courses_and_with_three_hundred(
    client, instructor, shelf, course, number, django_assert_max_num_queries
):
    page = page_of(shelf)
    for n in range(number):
        make.make_course(shelf, f"Course {n}")
        CourseImport.objects.create(sent_by=instructor, into=page, file_name=f"{n}.zip", size_bytes=1)
    client.force_login(instructor)
    client.get(INDEX)
    with django_assert_max_num_queries(24):
        shown = client.get(INDEX)
    assert len(shown.context["out_form"].fields["course"].queryset) == number + 1
