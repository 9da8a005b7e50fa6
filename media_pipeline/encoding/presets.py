"""How a video is encoded, by what it is for: presets are data, in ``settings.MEDIA_PIPELINE_PRESETS``."""

from dataclasses import dataclass

from django.conf import settings

from media_pipeline.encoding.ladder import RUNGS

SPEEDS = ("ultrafast", "superfast", "veryfast", "faster", "fast", "medium", "slow", "slower", "veryslow")
MOST_RATES = (30, 60)
MOST_CRF = 51


class BadPreset(ValueError):
    """A preset in the settings names something that cannot be done."""


@dataclass(frozen=True)
class Preset:
    """x264's preset (``speed``) and ``crf``, the largest rendition's short side, and the most pictures a second."""

    speed: str = "veryfast"
    crf: int = 23
    side: int = 720
    rate: int = 30

    def __post_init__(self) -> None:
        """Refuse at once what ffmpeg would refuse at every video."""
        if self.speed not in SPEEDS:
            raise BadPreset(f"speed={self.speed} is none of {', '.join(SPEEDS)}")
        if not 0 <= self.crf <= MOST_CRF:
            raise BadPreset(f"crf={self.crf} is not between 0 and {MOST_CRF}")
        if self.side not in RUNGS:
            raise BadPreset(f"side={self.side} is none of {', '.join(map(str, RUNGS))}")
        if self.rate not in MOST_RATES:
            raise BadPreset(f"rate={self.rate} is none of {', '.join(map(str, MOST_RATES))}")


def preset_for(use: str) -> Preset:
    """Return the preset of ``use`` (a purpose of a video); one that the settings do not name gets the usual one.

    Raises BadPreset.
    """
    wanted = settings.MEDIA_PIPELINE_PRESETS.get(use, {})
    if unknown := set(wanted) - set(Preset.__dataclass_fields__):
        raise BadPreset(f"{use}: a preset has no {', '.join(sorted(unknown))}")
    try:
        return Preset(**{name: value if name == "speed" else int(value) for name, value in wanted.items()})
    except ValueError as error:
        raise BadPreset(f"{use}: {error}") from error
