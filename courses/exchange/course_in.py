"""Bringing in a course that came as a file: looked at without writing anything, then all of it or nothing."""

import hashlib
import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.files import File
from django.db import transaction
from django.utils.translation import gettext_noop as N_
from wagtail.images import get_image_model
from wagtail.log_actions import log
from wagtail.models import Locale

from courses.bank import add_drill
from courses.exchange import cartridge
from courses.exchange.archive import Archive, refuse
from courses.exchange.course_checking import check_media, check_rubrics, checked_pieces, clean_texts
from courses.exchange.course_file import MANIFEST, PICTURE, RUBRIC, VIDEO, Course
from courses.exchange.course_out import shelves_for
from courses.exchange.course_reading import read_course
from courses.models import CoursePage, LessonPage, Rubric, ShelfPage
from media_pipeline import assets, removals
from media_pipeline.captions.keeping import keep
from media_pipeline.captions.webvtt import parse
from media_pipeline.models import Asset
from media_pipeline.sending.appending import has_room
from media_pipeline.sending.uploads import check_quota
from media_pipeline.storage import local, store


def may_bring_into(user: Any, page: ShelfPage) -> bool:
    """Say whether ``user`` may put a course onto the shelf page: it is hers, and she may write there."""
    return shelves_for(user).filter(pk=page.shelf_id).exists() and page.permissions_for_user(user).can_add_subpage()


def read_any(archive: Archive) -> Course:
    """Return the course in a zip of any kind known here. Raises UnreadableCourseError."""
    if MANIFEST in archive:
        return read_course(archive)
    if cartridge.MANIFEST in archive:
        return cartridge.read_cartridge(archive)
    raise refuse(N_("There is no course in this file: “%(name)s” is missing."), name=MANIFEST)


def look_at(archive: Archive, *, into: ShelfPage, by: Any) -> tuple[Course, Course]:
    """Return a course as it was read, and as it would come; nothing is kept. Raises UnreadableCourseError."""
    course = read_any(archive)
    check_media(course, archive, largest_video=settings.MEDIA_PIPELINE_MAX_BYTES)
    clean_texts(course)  # before the database is held: long texts take their time
    with transaction.atomic():
        rubrics = _rubrics(course, into)
        comes = checked_pieces(course, _stand_ins(course, rubrics))
        transaction.set_rollback(True)
    _require_room(course, archive, by)
    if course.language and course.language != into.locale.language_code:
        comes.leave_out(
            N_("It was written in “%(language)s” and comes as “%(here)s”."),
            language=course.language, here=into.locale.language_code,
        )  # fmt: skip
    if not course.lessons:
        raise refuse(N_("There is no lesson in this file that can be used."))
    return course, comes


def _stand_ins(course: Course, rubrics: dict[str, Rubric]) -> dict[tuple[str, str], Any]:
    """Return rows that stand for the media while pieces are checked; they are rolled back."""
    image = get_image_model()(title="-", file="-", width=1, height=1)
    asset = Asset(title="-")
    get_image_model().objects.bulk_create([image])
    Asset.objects.bulk_create([asset])
    Rubric.objects.bulk_create([rubric for rubric in rubrics.values() if rubric._state.adding])
    found: dict[tuple[str, str], Any] = {(PICTURE, name): image.pk for name in course.pictures}
    found |= {(VIDEO, name): str(asset.pk) for name in course.videos}
    return found | {(RUBRIC, name): str(rubric.pk) for name, rubric in rubrics.items()}


def _rubrics(course: Course, into: ShelfPage) -> dict[str, Rubric]:
    """Return the rubrics of the file: those that stand on her shelf word for word, and new ones, not yet saved."""

    def made(said: dict[str, Any]) -> Rubric:
        criteria = [{"type": "criterion", "value": _criterion(one)} for one in said["criteria"]]
        rubric = Rubric(name=said["name"], locale=into.locale, shelf_id=into.shelf_id, criteria=json.dumps(criteria))
        rubric.content_hash = rubric.hash_of_content()
        block = rubric.criteria.stream_block
        block.clean(rubric.criteria)
        same = Rubric.objects.latest().filter(
            content_hash=rubric.content_hash, locale=into.locale, shelf_id=into.shelf_id
        )
        return same.first() or rubric

    return check_rubrics(course, made)


def _criterion(said: dict[str, Any]) -> dict[str, Any]:
    return {"title": str(said["title"]), "good": str(said["good"]), "points": int(said["points"])}


def _require_room(course: Course, archive: Archive, by: Any) -> None:
    coming = sum(archive.size(name) for name in course.videos)
    if coming and not has_room(2 * coming):
        raise refuse(N_("We have no room for these videos just now. Please try again tomorrow."))
    if coming:
        with transaction.atomic():
            check_quota(by, coming)


class Staged:
    """The files of a course's media in storage, and their rows, which are not saved yet."""

    def __init__(self) -> None:
        self.images: dict[str, Any] = {}
        self.videos: dict[str, Asset] = {}
        self.captions: dict[str, dict[str, bytes]] = {}

    def forget(self) -> None:
        """Delete the files again."""
        for image in self.images.values():
            image.file.storage.delete(image.file.name)
        with transaction.atomic():
            removals.remove(*(f"originals/{asset.pk}" for asset in self.videos.values()))


@contextmanager
def staged(course: Course, archive: Archive, *, into: ShelfPage, by: Any) -> Iterator[Staged]:
    """Put the media of a course into storage before anything is written; what is not kept then is deleted again."""
    found = Staged()
    collection = into.shelf.collection
    try:
        with local.workspace(f"work/course-{uuid.uuid4()}") as folder:
            for name, picture in course.pictures.items():
                path = _unpacked(archive, name, folder)
                image = get_image_model()(
                    title=picture.title, description=picture.description, collection=collection, uploaded_by_user=by
                )
                with path.open("rb") as file:
                    image.file.save(Path(name).name, File(file), save=False)
                    image.file.field.update_dimension_fields(image, force=True)
                found.images[name] = image
            for name, video in course.videos.items():
                path = _unpacked(archive, name, folder)
                asset = Asset(owner=by, title=video.title, collection=collection, size_bytes=path.stat().st_size)
                found.videos[name] = asset
                store().adopt(path, asset.original_key)
                found.captions[name] = {
                    language: archive.read(file, most=1_000_000) for language, file in video.captions.items()
                }
                path.unlink()
        yield found
    except BaseException:
        found.forget()
        raise


def _unpacked(archive: Archive, name: str, folder: Path) -> Path:
    path = folder / f"file{Path(name).suffix[:6]}"
    archive.unpack(name, path)
    return path


@transaction.atomic
def write(course: Course, media: Staged, *, into: ShelfPage, by: Any) -> CoursePage:
    """Write a course as :func:`look_at` read it, and its lessons, as drafts. Raises PermissionDenied."""
    if not may_bring_into(by, into):
        raise PermissionDenied
    for image in media.images.values():
        image.save()
        log(image, "wagtail.create", user=by)
    for name, asset in media.videos.items():
        assets.receive(asset=asset, by=by)
        unread = course.videos[name].unread
        for language, raw in media.captions.get(name, {}).items():
            keep(asset=asset, language=language, cues=parse(raw), machine_made=language in unread, by=by)
    rubrics = _rubrics(course, into)
    for rubric in rubrics.values():
        if rubric._state.adding:
            rubric.save()
            log(rubric, "courses.new_rubric_version", user=by)
    ids: dict[tuple[str, str], Any] = {(PICTURE, name): image.pk for name, image in media.images.items()}
    ids |= {(VIDEO, name): str(asset.pk) for name, asset in media.videos.items()}
    ids |= {(RUBRIC, name): str(rubric.pk) for name, rubric in rubrics.items()}
    course = checked_pieces(course, ids)
    page = _add_course(course, into, cover=ids.get((PICTURE, course.cover)), by=by)
    _add_drills(course, into, by)
    return page


def _add_course(course: Course, into: ShelfPage, *, cover: int | None, by: Any) -> CoursePage:
    page = CoursePage(
        title=course.title,
        summary=course.summary or course.title[:400],
        for_whom=course.for_whom or "–",
        will_make=course.will_make or "–",
        needs=course.needs,
        allows_downloads=course.allows_downloads,
        cover_id=cover,
    )
    _add(into, page, by)
    for lesson in course.lessons:
        _add(
            page,
            LessonPage(
                title=lesson.title,
                summary=lesson.summary or lesson.title[:300],
                open_to_all=lesson.open_to_all,
                body=json.dumps(lesson.body),
            ),
            by,
        )
    log(page, "courses.bring_in", user=by, data={"lessons": len(course.lessons)})
    return page


def _add(parent: Any, page: Any, by: Any) -> None:
    page.live, page.has_unpublished_changes, page.owner, page.locale = False, True, by, parent.locale
    parent.add_child(instance=page)
    page.save_revision(user=by, log_action=True, clean=False)


def _add_drills(course: Course, into: ShelfPage, by: Any) -> None:
    locale = Locale.objects.get(pk=into.locale_id)
    for drill in course.drills:
        add_drill(raw=drill["question"], title=drill["title"], skill=drill["skill"], locale=locale,
                  shelf=into.shelf, by=by)  # fmt: skip


def digest(file: BinaryIO) -> str:
    """Return the SHA-256 of a file, and leave it at its beginning."""
    file.seek(0)
    found = hashlib.file_digest(file, "sha256").hexdigest()
    file.seek(0)
    return found
