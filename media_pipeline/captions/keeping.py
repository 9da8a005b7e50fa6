"""The captions of a video: where they come from, and who may take the place of whom."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Protocol

from django.db import transaction
from wagtail.log_actions import log

from media_pipeline.captions.webvtt import Cue, compose, parse
from media_pipeline.models import Asset, Caption


class CaptionEngine(Protocol):
    """Where captions come from. What a machine made says so until a person has confirmed it."""

    machine_made: bool

    def cues(self, language: str) -> list[Cue]:
        """Return the words in ``language`` (BCP 47), in order, at least one cue. Raises BadCaptions."""


@dataclass(frozen=True)
class Written:
    """What a person wrote: a WebVTT or SRT file, or the text of the page that edits them."""

    raw: bytes
    machine_made = False

    def cues(self, language: str) -> list[Cue]:
        """Read the file; the language is the one its sender named."""
        return parse(self.raw)


@transaction.atomic
def save_captions(*, asset: Asset, language: str, engine: CaptionEngine, by: Any) -> Caption:
    """Keep what ``engine`` made as the captions of ``asset`` in ``language``; raises BadCaptions."""
    return keep(asset=asset, language=language, cues=engine.cues(language), machine_made=engine.machine_made, by=by)


@transaction.atomic
def keep(*, asset: Asset, language: str, cues: Iterable[Cue], machine_made: bool, by: Any) -> Caption:
    """Store cues. A machine never takes the place of what a person wrote or confirmed: that is then returned."""
    known = Caption.objects.select_for_update().filter(asset=asset, language=language).first()
    if machine_made and known and not known.unconfirmed:
        return known
    caption, _created = Caption.objects.update_or_create(
        asset=asset,
        language=language,
        defaults={
            "text": compose(cues),
            "machine_made": machine_made,
            "confirmed_by": None if machine_made else by,
        },
    )
    log(asset, "media_pipeline.captions", user=by, data={"language": language, "machine_made": machine_made})
    return caption


@transaction.atomic
def remove_captions(*, caption: Caption, by: Any) -> None:
    """Delete captions."""
    log(caption.asset, "media_pipeline.captions_removed", user=by, data={"language": caption.language})
    caption.delete()
