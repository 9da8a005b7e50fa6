"""The pictures and clips of questions, fetched together: at most three queries, whatever their number."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from courses.pictures import IN_QUESTION, Wanted, renditions_of
from courses.questions.marking import Area, Question
from media_pipeline.models import Asset
from media_pipeline.playback import Player, player_for


@dataclass
class Media:
    """What questions show, by id. ``pictures`` are renditions 640 pixels wide at most."""

    pictures: dict[int, Any] = field(default_factory=dict)
    players: dict[uuid.UUID, Player] = field(default_factory=dict)

    def picture(self, picture_id: int | None) -> Any:
        """Return a picture's rendition, None when there is none."""
        return self.pictures.get(picture_id) if picture_id else None

    def player(self, video_id: str | None) -> Player | None:
        """Return a clip's player, None when there is none."""
        return self.players.get(uuid.UUID(str(video_id))) if video_id else None

    def box(self, picture_id: int | None, area: Area | None) -> tuple[int, int, int, int] | None:
        """Return ``area`` of a picture as x, y, width and height in pixels of its rendition."""
        picture = self.picture(picture_id)
        if picture is None or area is None:
            return None
        right, bottom = min(100, area.x + area.width), min(100, area.y + area.height)
        across, down = picture.width / 100, picture.height / 100
        return (
            round(area.x * across),
            round(area.y * down),
            round((right - area.x) * across),
            round((bottom - area.y) * down),
        )


def video_ids_of(questions: Iterable[Question]) -> set[uuid.UUID]:
    """Return the ids of every clip that ``questions`` show."""
    found = [q.video_id for q in questions] + [option.video_id for q in questions for option in q.options]
    return {uuid.UUID(str(video_id)) for video_id in found if video_id}


def pictures_of(questions: Iterable[Question]) -> set[Wanted]:
    """Return the pictures that ``questions`` show, in the size they show them."""
    found = [q.picture_id for q in questions] + [option.picture_id for q in questions for option in q.options]
    return {(picture_id, IN_QUESTION) for picture_id in found if picture_id}


def media_of(
    questions: Iterable[Question],
    *,
    language: str,
    videos: dict[uuid.UUID, Asset] | None = None,
    renditions: dict[Wanted, Any] | None = None,
) -> Media:
    """Return the media of ``questions`` for who may see them; ``videos`` and ``renditions`` where they are known."""
    questions = list(questions)
    pictures = pictures_of(questions)
    known_pictures = renditions_of(pictures) if renditions is None else renditions
    media = Media({key[0]: known_pictures[key] for key in pictures & known_pictures.keys()})
    wanted = video_ids_of(questions)
    if wanted and videos is None:
        videos = Asset.objects.with_captions().in_bulk(wanted)
    known = videos or {}
    media.players = {pk: player_for(known[pk], language=language) for pk in wanted if pk in known}
    return media
