"""What the page editor adds: how long each piece of a lesson takes, and what to mend."""

from dataclasses import dataclass
from typing import Any

from wagtail.admin.panels import Panel

from courses.pieces import Measured, asset_ids_of, seconds_of
from media_pipeline.models import Asset


@dataclass(frozen=True)
class PieceLength(Measured):
    """One piece as the editor sees it."""

    kind: str
    seconds: float
    bytes_: int


def piece_lengths(lesson: Any) -> list[PieceLength]:
    """Return how long each piece of ``lesson`` takes, as it was saved last."""
    pieces = lesson.pieces
    ids = asset_ids_of(pieces)
    videos = Asset.objects.in_bulk(ids) if ids else {}
    durations = {pk: video.duration_ms or 0 for pk, video in videos.items()}
    lengths = []
    for piece in pieces:
        video = videos.get(piece.asset_id) if piece.asset_id else None
        lengths.append(PieceLength(piece.kind, seconds_of(piece, durations), video.mp4_bytes if video else 0))
    return lengths


class PieceLengthsPanel(Panel):
    """A list of the pieces with their length, above the lesson."""

    class BoundPanel(Panel.BoundPanel):
        """The list for one lesson."""

        template_name = "wagtailadmin/piece_lengths.html"

        def is_shown(self) -> bool:
            """Shown once the lesson has been saved with something in it."""
            return super().is_shown() and bool(self.instance.pk and self.instance.pieces)

        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            """Add the pieces."""
            return super().get_context_data(parent_context) | {"lengths": piece_lengths(self.instance)}


class ToMendPanel(Panel):
    """What to mend in a lesson as it was saved last; for a course, the way to the list of all its lessons."""

    class BoundPanel(Panel.BoundPanel):
        """The list for one page."""

        template_name = "wagtailadmin/to_mend.html"

        def is_shown(self) -> bool:
            """Shown once the page has been saved."""
            return super().is_shown() and bool(self.instance.pk)

        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            """Add what was found."""
            from courses.checking.report import check_of  # it works on the pages that have this panel

            return super().get_context_data(parent_context) | check_of(self.instance)
