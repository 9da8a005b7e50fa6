"""A course of her own shelf as one zip, written while it is sent: no more of it is in memory than one piece."""

import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

from django.db.models.functions import Length, Substr
from django.utils.translation import gettext as _
from wagtail.images import get_image_model
from wagtail.models import Page
from wagtail.permission_policies.pages import PagePermissionPolicy
from wagtail.permissions import policy_registry
from wagtail.query import PageQuerySet

from courses.checking.findings import linked_pages
from courses.exchange.archive import LARGEST_TEXTS
from courses.exchange.course_file import (
    FORMAT,
    LARGEST_TEXT,
    MANIFEST,
    MOST_LESSONS,
    MOST_MEDIA,
    PICTURE,
    RUBRIC,
    VERSION,
    VIDEO,
    with_references,
)
from courses.exchange.rich_words import with_addresses
from courses.models import CoursePage, Drill, LessonPage, Rubric, Shelf, ShelfPage
from media_pipeline.encoding.packaging import MP4
from media_pipeline.models import Asset
from media_pipeline.permissions import editable_by
from media_pipeline.storage import store

_CHUNK = 1024**2
_UNKNOWN = ".mp4"  # the name that her phone gave an original is not kept


def shelves_for(user: Any) -> Any:
    """Return the shelves whose courses ``user`` may take out and bring in: her own; every one for administrators."""
    if user.is_superuser or user.has_role("administrator"):
        return Shelf.objects.all()
    return Shelf.objects.of(user)


def courses_of(user: Any) -> PageQuerySet:
    """Return the courses on her own shelves that ``user`` may edit, drafts included."""
    hers = PagePermissionPolicy().instances_user_has_permission_for(user, "change")
    shelves = ShelfPage.objects.filter(shelf__in=shelves_for(user))
    below = CoursePage.objects.annotate(above=Substr("path", 1, Length("path") - CoursePage.steplen))
    found = below.filter(above__in=shelves.values("path"), pk__in=hers.values("pk"))
    return found.select_related("locale").order_by("path")


@dataclass
class Taken:
    """What goes into the zip: texts by name, then files by name. ``left_out`` are sentences for who takes it."""

    texts: dict[str, Any] = field(default_factory=dict)
    pictures: dict[str, Any] = field(default_factory=dict)
    videos: dict[str, str] = field(default_factory=dict)  # the key of each in storage
    captions: dict[str, str] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)
    media_bytes: int = 0

    def comes_back(self, largest: int) -> bool:
        """Say whether a file of it, of ``largest`` bytes at most, could be brought in again."""
        texts = [len(_written(text)) for text in self.texts.values()]
        few = len(texts) - 1 <= MOST_LESSONS and len(self.pictures) + len(self.videos) <= MOST_MEDIA
        short = max(texts) <= LARGEST_TEXT and sum(texts) <= LARGEST_TEXTS
        return few and short and sum(texts) + self.media_bytes <= largest


def _written(text: Any) -> bytes:
    """Return one text of the zip as it stands there."""
    return json.dumps(text, ensure_ascii=False, indent=1).encode()


def take(course: CoursePage, *, by: Any, with_drills: bool) -> Taken:
    """Return the last saved version of ``course`` and of all its lessons, with what ``by`` may take of their media."""
    draft = course.get_latest_revision_as_object()
    lessons = LessonPage.objects.child_of(course).select_related("latest_revision").order_by("path")
    drafts = [lesson.get_latest_revision_as_object() for lesson in lessons]
    bodies = [list(lesson.body.raw_data) for lesson in drafts]
    drills = list(Drill.objects.filter(shelf=course.shelf, locale=course.locale)) if with_drills else []
    questions = [list(drill.question.raw_data) for drill in drills]
    taking = _Taking(by, [*bodies, *questions], cover=draft.cover_id)
    taken = taking.taken
    addresses = _addresses(bodies)
    for number, (lesson, body) in enumerate(zip(drafts, bodies, strict=True), 1):
        taken.texts[f"lessons/{number:03}.json"] = {
            "title": lesson.title,
            "summary": lesson.summary,
            "open_to_all": lesson.open_to_all,
            "body": _with_addresses(with_references(body, taking.name), addresses),
        }
    fields = ("title", "summary", "for_whom", "will_make", "needs", "allows_downloads")
    manifest = {"format": FORMAT, "version": VERSION, "language": course.locale.language_code}
    manifest |= {name: getattr(draft, name) for name in fields}
    manifest |= {"cover": taking.name(PICTURE, draft.cover_id), "lessons": list(taken.texts)}
    manifest |= {"pictures": taking.pictures, "videos": taking.videos, "rubrics": taking.rubrics}
    manifest["drills"] = [
        {"title": drill.title, "skill": drill.skill, "question": with_references(raw[0], taking.name)}
        for drill, raw in zip(drills, questions, strict=True)
        if raw
    ]
    taken.texts = {MANIFEST: manifest | {"left_out": taken.left_out}} | taken.texts
    return taken


def _addresses(bodies: list[Any]) -> dict[int, str]:
    """Return where the pages are that texts link to, as far as everybody may read them."""
    found = {page for body in bodies for html in _texts(body) for page in linked_pages(html)}
    return {page.pk: page.full_url or "" for page in Page.objects.live().public().filter(pk__in=found)}


def _texts(raw: Any) -> Iterator[str]:
    if isinstance(raw, str) and "linktype" in raw:
        yield raw
    parts = raw.values() if isinstance(raw, dict) else raw if isinstance(raw, list) else []
    for part in parts:
        yield from _texts(part)


def _with_addresses(raw: Any, addresses: dict[int, str]) -> Any:
    if isinstance(raw, list):
        return [_with_addresses(part, addresses) for part in raw]
    if isinstance(raw, dict):
        return {name: _with_addresses(part, addresses) for name, part in raw.items()}
    return with_addresses(raw, addresses) if isinstance(raw, str) else raw


class _Taking:
    """Gives what a course shows a name in the file, or says why it cannot come."""

    def __init__(self, by: Any, raws: list[Any], *, cover: int | None) -> None:
        self._wanted: dict[str, set[str]] = {PICTURE: {str(cover)} if cover else set(), VIDEO: set(), RUBRIC: set()}
        with_references(raws, lambda kind, value: self._wanted[kind].add(str(value)))
        self._names: dict[tuple[str, str], str] = {}
        self.taken = Taken()
        self.pictures = self._take_pictures(by)
        self.videos = self._take_videos(by)
        self.rubrics = self._take_rubrics()

    def name(self, kind: str, value: Any) -> str | None:
        """Return the name in the file of what has the id ``value`` here; None when it does not come."""
        return self._names.get((kind, str(value)))

    def _take_pictures(self, by: Any) -> dict[str, Any]:
        images = policy_registry.get_by_type(get_image_model()).instances_user_has_any_permission_for(by, ["choose"])
        found = list(images.filter(pk__in=self._wanted[PICTURE]).order_by("pk"))
        about = {}
        for number, image in enumerate(found, 1):
            name = f"pictures/{number:03}{PurePosixPath(image.file.name).suffix.lower()}"
            about[name] = {"title": image.title, "description": image.description}
            self._names[PICTURE, str(image.pk)] = name
            self.taken.pictures[name] = image.file
            self.taken.media_bytes += image.file_size or 0
        self._miss(len(self._wanted[PICTURE]) - len(found), _("Pictures that you may not use: %(number)d."))
        return about

    def _take_videos(self, by: Any) -> dict[str, Any]:
        mine = editable_by(by).filter(pk__in=self._wanted[VIDEO]).prefetch_related("captions").order_by("created_at")
        about = {}
        for asset in mine:
            if not (key := _key_of(asset)):
                self.taken.left_out.append(_("There is no file of the video “%(title)s”.") % {"title": asset.title})
                continue
            number = len(about) + 1
            name = f"videos/{number:03}{_UNKNOWN}"
            written = list(asset.captions.all())
            captions = {one.language: f"captions/{number:03}.{one.language}.vtt" for one in written}
            self.taken.captions |= {captions[one.language]: one.text for one in written}
            unread = [one.language for one in written if one.unconfirmed]
            about[name] = {"title": asset.title, "captions": captions, "unread": unread}
            self._names[VIDEO, str(asset.pk)] = name
            self.taken.videos[name] = key
            self.taken.media_bytes += asset.size_bytes if key == asset.original_key else asset.mp4_bytes or 0
        self._miss(len(self._wanted[VIDEO]) - len(mine), _("Videos that are not yours: %(number)d."))
        return about

    def _take_rubrics(self) -> dict[str, Any]:
        about = {}
        for number, rubric in enumerate(Rubric.objects.filter(pk__in=self._wanted[RUBRIC]).order_by("made_at"), 1):
            name = f"rubric-{number}"
            about[name] = {"name": rubric.name, "criteria": [_criterion(one) for one in rubric.criterion_list]}
            self._names[RUBRIC, str(rubric.pk)] = name
        return about

    def _miss(self, number: int, words: str) -> None:
        if number > 0:
            self.taken.left_out.append(words % {"number": number})


def _criterion(criterion: Any) -> dict[str, Any]:
    return {"title": criterion.title, "good": criterion.good, "points": criterion.points}


def _key_of(asset: Asset) -> str:
    """Return where the best file of a video is that is one file: as it was sent, or prepared; empty for neither."""
    prepared = f"{asset.outputs}/{MP4}" if asset.mp4_bytes and asset.outputs else ""
    for key in (asset.original_key if asset.original_gone_at is None else "", prepared):
        try:
            if key and store().size(key):
                return key
        except FileNotFoundError:
            continue
    return ""


class _Pipe:
    """What the zip is written to, and what of it waits to be sent."""

    def __init__(self) -> None:
        self._waiting: list[bytes] = []
        self._at = 0

    def write(self, data: bytes) -> int:
        self._waiting.append(bytes(data))
        self._at += len(data)
        return len(data)

    def tell(self) -> int:
        return self._at

    def flush(self) -> None:
        """Nothing is kept back."""

    def taken(self) -> bytes:
        """Return what waits, which then waits no more."""
        waiting, self._waiting = b"".join(self._waiting), []
        return waiting


def zipped(taken: Taken) -> Iterator[bytes]:
    """Yield the zip. A file that is gone meanwhile stops it: a zip without its end cannot be opened by mistake."""
    pipe = _Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:  # type: ignore[arg-type]
        for name, text in taken.texts.items():
            archive.writestr(name, _written(text))
            yield pipe.taken()
        for name, text in taken.captions.items():
            archive.writestr(name, text)
        for name, file in taken.pictures.items():
            with file.open("rb") as source:
                yield from _copied(archive, pipe, name, source)
        for name, key in taken.videos.items():
            with store().fetch(key) as path, path.open("rb") as source:
                yield from _copied(archive, pipe, name, source)
    yield pipe.taken()


def _copied(archive: zipfile.ZipFile, pipe: _Pipe, name: str, source: Any) -> Iterator[bytes]:
    """Write what is packed already as it is."""
    entry = zipfile.ZipInfo(name)
    entry.compress_type = zipfile.ZIP_STORED
    with archive.open(entry, "w", force_zip64=True) as target:
        while chunk := source.read(_CHUNK):
            target.write(chunk)
            yield pipe.taken()
