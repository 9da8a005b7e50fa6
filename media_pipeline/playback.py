"""What a page needs to show a video. The caller has decided that she may watch it."""

import uuid
from dataclasses import dataclass, field
from typing import NamedTuple

from django.urls import reverse
from django.utils.translation import get_language_info

from media_pipeline import signing
from media_pipeline.models import Asset


class CaptionTrack(NamedTuple):
    """Captions in one language; ``label`` is the language's own name for itself."""

    language: str
    label: str
    url: str
    machine_made: bool


@dataclass(frozen=True)
class Player:
    """Everything ``components/player.html`` shows. Addresses are signed and short-lived; empty when not playable."""

    asset_id: uuid.UUID
    title: str
    state: str
    message: str
    percent: int
    language: str
    duration_ms: int
    width: int
    height: int
    megabytes: float
    low_megabytes: float
    start_ms: int = 0
    is_playable: bool = False
    is_settled: bool = False
    master_url: str = ""
    mp4_url: str = ""
    poster_url: str = ""
    storyboard_url: str = ""
    captions: list[CaptionTrack] = field(default_factory=list)

    @property
    def status_url(self) -> str:
        """Where the page asks how far the video is."""
        return reverse("media_pipeline:status", args=[self.asset_id])

    @property
    def is_portrait(self) -> bool:
        """Whether the picture is taller than wide."""
        return self.height > self.width


def file_url(asset: Asset, name: str) -> str:
    """A signed address of one output of a playable video, for example ``poster.jpg``."""
    return reverse("media_pipeline:file", args=[signing.sign(asset.pk, asset.outputs), name])


def still_url(asset: Asset) -> str:
    """A signed address of the small picture for lists; empty while there is none."""
    return file_url(asset, "still.webp") if asset.is_playable else ""


def language_name(code: str) -> str:
    """What a language calls itself, for example ``简体中文``; the code itself for one we do not know."""
    try:
        return get_language_info(code)["name_local"]
    except KeyError:
        return code


def player_for(asset: Asset, *, language: str, start_ms: int = 0) -> Player:
    """Return what ``components/player.html`` needs to show ``asset`` in ``language``, starting at ``start_ms``.

    Asks the database for the captions only, and not even that when they are prefetched. The caller has decided
    that she may watch.
    """
    common = {
        "asset_id": asset.pk,
        "title": asset.title,
        "state": asset.state,
        "message": asset.message,
        "percent": asset.percent,
        "language": language,
        "duration_ms": asset.duration_ms or 0,
        "width": asset.width or 16,
        "height": asset.height or 9,
        "megabytes": round(asset.mp4_bytes / 1_000_000, 1),
        "low_megabytes": asset.low_megabytes,
        "start_ms": start_ms,
        "is_playable": asset.is_playable,
        "is_settled": asset.is_settled,
    }
    if not asset.is_playable:
        return Player(**common)
    base = file_url(asset, "master.m3u8").removesuffix("master.m3u8")
    tracks = [
        CaptionTrack(c.language, language_name(c.language), f"{base}captions/{c.language}.vtt", c.unconfirmed)
        for c in asset.captions.all()
    ]
    return Player(
        **common,
        master_url=f"{base}master.m3u8",
        mp4_url=f"{base}video.mp4",
        poster_url=f"{base}poster.jpg",
        storyboard_url=f"{base}storyboard.vtt" if asset.has_storyboard else "",
        captions=sorted(tracks, key=lambda track: track.language != language),
    )
