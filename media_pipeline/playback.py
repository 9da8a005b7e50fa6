"""What a page needs to show a video. The caller has decided that she may watch it."""

import uuid
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.conf import settings
from django.urls import reverse
from django.utils.translation import get_language_info

from media_pipeline import signing
from media_pipeline.access import follow_pass
from media_pipeline.encoding.playlists import EARLY
from media_pipeline.models import Asset, Caption


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
    mp4_bytes: int = 0
    start_ms: int = 0
    is_playable: bool = False
    is_settled: bool = False
    master_url: str = ""
    mp4_url: str = ""
    poster_url: str = ""
    storyboard_url: str = ""
    waveform_url: str = ""  # of a silent video there is nothing at it
    download_url: str = ""
    keep_as: str = ""  # the name under which a browser may keep it: another when its files are others
    captions: list[CaptionTrack] = field(default_factory=list)

    @property
    def status_url(self) -> str:
        """Where the page asks how far the video is, whoever reads it."""
        address = reverse("media_pipeline:status", args=[self.asset_id])
        return f"{address}?pass={follow_pass(self.asset_id)}"

    @property
    def is_portrait(self) -> bool:
        """Whether the picture is taller than wide."""
        return self.height > self.width


def file_url(asset: Asset, name: str, *, revocable: bool = False) -> str:
    """A signed address of one output of a playable video, for example ``poster.jpg``."""
    return _address(asset, asset.outputs, name, revocable=revocable)


def _address(asset: Asset, prefix: str, name: str, *, revocable: bool = False) -> str:
    return reverse("media_pipeline:file", args=[signing.sign(asset.pk, prefix, revocable=revocable), name])


def still_url(asset: Asset, *, revocable: bool = False) -> str:
    """A signed address of the small picture for lists; empty while there is none."""
    return file_url(asset, "still.webp", revocable=revocable) if asset.is_playable else ""


def language_name(code: str) -> str:
    """What a language calls itself, for example ``简体中文``; the code itself for one we do not know."""
    try:
        return get_language_info(code)["name_local"]
    except KeyError:
        return code


def captions_by_language(asset: Asset) -> list[tuple[str, str, Caption | None]]:
    """Return code, own name and captions of ``asset`` for every language of the site; one query."""
    known = {row.language: row for row in asset.captions.all()}
    return [(code, language_name(code), known.get(code)) for code, _name in settings.LANGUAGES]


def player_for(
    asset: Asset,
    *,
    language: str,
    start_ms: int = 0,
    downloads: bool = False,
    early: bool = False,
    revocable: bool = False,
) -> Player:
    """Return what ``components/player.html`` needs to show ``asset`` in ``language``, starting at ``start_ms``.

    With ``downloads`` it may be kept, as a file or by the browser; with ``early`` the beginning of what is still being
    made can be watched; with ``revocable`` the apps' rules (``also_lets_watch``) are asked again for each file.
    Asks the database for the captions only, and not even that when they are prefetched. The caller has decided that
    she may watch.
    """
    common = _facts(asset) | {"language": language, "start_ms": start_ms}
    if not asset.is_playable:
        shows_beginning = early and asset.preview
        return Player(**common, master_url=_address(asset, asset.preview, EARLY) if shows_beginning else "")
    base = file_url(asset, "master.m3u8", revocable=revocable).removesuffix("master.m3u8")
    tracks = [
        CaptionTrack(c.language, language_name(c.language), f"{base}captions/{c.language}.vtt", c.unconfirmed)
        for c in asset.captions.all()
    ]
    mp4_url = f"{base}video.mp4" if asset.mp4_bytes else ""
    return Player(
        **common,
        master_url=f"{base}master.m3u8",
        mp4_url=mp4_url,
        download_url=mp4_url if downloads else "",
        keep_as=asset.outputs.removeprefix("outputs/") if downloads else "",
        poster_url=f"{base}poster.jpg",
        storyboard_url=f"{base}storyboard.vtt" if asset.has_storyboard else "",
        waveform_url=f"{base}waveform.json",
        captions=sorted(tracks, key=lambda track: track.language != language),
    )


def _facts(asset: Asset) -> dict[str, Any]:
    """What is shown of a video whether it plays or not."""
    return {
        "asset_id": asset.pk,
        "title": asset.title,
        "state": asset.state,
        "message": asset.message,
        "percent": asset.percent,
        "duration_ms": asset.duration_ms or 0,
        "width": asset.width or 16,
        "height": asset.height or 9,
        "megabytes": round(asset.mp4_bytes / 1_000_000, 1),
        "mp4_bytes": asset.mp4_bytes,
        "low_megabytes": asset.low_megabytes,
        "is_playable": asset.is_playable,
        "is_settled": asset.is_settled,
    }
