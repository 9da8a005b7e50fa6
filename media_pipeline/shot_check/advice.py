"""What the shot check says: a code and times for programs, a sentence with what to do for her. Never a grade."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

NO_SOUND = "no_sound"
SILENT = "silent"
QUIET = "quiet"
CLIPPED = "clipped"
HUM = "hum"
PAUSE = "pause"
BLACK = "black"
DARK = "dark"
BLOWN = "blown"
FLAT = "flat"
BLURRED = "blurred"
FROZEN = "frozen"
SHAKY = "shaky"
BARS = "bars"
HASTY = "hasty"
SMALL = "small"
UPSIDE_DOWN = "upside_down"
TOO_SHORT = "too_short"  # these four against what was asked for: wishes.py
TOO_LONG = "too_long"
UPRIGHT = "upright"
LYING = "lying"

IMPORTANT, HINT = "important", "hint"
SEVERITY: Mapping[str, str] = {
    **dict.fromkeys((NO_SOUND, SILENT, CLIPPED, BLACK, DARK, BLURRED, FROZEN, SHAKY, UPSIDE_DOWN), IMPORTANT),
    **dict.fromkeys((TOO_SHORT, TOO_LONG, UPRIGHT, LYING), IMPORTANT),
    **dict.fromkeys((QUIET, HUM, PAUSE, BLOWN, FLAT, BARS, HASTY, SMALL), HINT),
}
TITLES: Mapping[str, Promise] = {
    NO_SOUND: _("There is no sound"),
    SILENT: _("Nothing can be heard"),
    QUIET: _("The sound is very quiet"),
    CLIPPED: _("The sound is distorted"),
    HUM: _("There is a hum"),
    PAUSE: _("A long silence"),
    BLACK: _("The picture is black"),
    DARK: _("The picture is dark"),
    BLOWN: _("The picture is too bright"),
    FLAT: _("The light is flat"),
    BLURRED: _("The picture is out of focus"),
    FROZEN: _("The picture stands still"),
    SHAKY: _("The picture shakes"),
    BARS: _("There are black bars"),
    HASTY: _("The pictures change very fast"),
    SMALL: _("The picture is small"),
    UPSIDE_DOWN: _("The picture is upside down"),
    TOO_SHORT: _("The video is too short"),
    TOO_LONG: _("The video is too long"),
    UPRIGHT: _("The picture stands upright"),
    LYING: _("The picture lies on its side"),
}
WHAT_TO_DO: Mapping[str, Promise] = {
    NO_SOUND: _(
        "If you meant it to be heard, check that your camera app records sound and that nothing covers the microphone."
    ),
    SILENT: _("Check that nothing covers the microphone, and record a few words to listen to before you begin."),
    QUIET: _(
        "We have made it louder, and the noise of the room with it. Come closer to the phone, an arm's length away."
    ),
    CLIPPED: _("Move a little away from the phone or speak more softly, so that the loudest words stay clear."),
    HUM: _(
        "Something deep sounds all the time. Look for a fridge, a fan or a lamp nearby and switch it off while "
        "you film."
    ),
    PAUSE: _("If the silence is not meant, cut it out, or say what your hands are doing."),
    BLACK: _("Cut this part out, or check that nothing lay over the lens."),
    DARK: _("Turn towards a window or a lamp, so that the light falls on what you show."),
    BLOWN: _("Tap on the brightest part of the picture before you record, or turn away from the window behind it."),
    FLAT: _("Wipe the lens, and let the light come from one side: shadows show the shape of things."),
    BLURRED: _("Wipe the lens, tap on what you show, and wait until it is sharp before you begin."),
    FROZEN: _("If that is not meant, check this part on your phone and cut it out."),
    SHAKY: _("Lean the phone on something steady, or hold it with both hands and your elbows at your sides."),
    BARS: _("Hold the phone the same way from beginning to end, and choose your video without a frame around it."),
    HASTY: _("Let each picture stay for at least two seconds, so that there is time to see it."),
    SMALL: _(
        "Choose 720p or more in your camera's settings. A video sent through a chat app becomes small: send the "
        "first file."
    ),
    UPSIDE_DOWN: _(
        "The faces in it stand on their heads. If you did not mean that, turn the video in your phone's gallery, save "
        "it and send it again."
    ),
    TOO_SHORT: _("The assignment asks for a longer one. Show one more thing, or let each picture stay longer."),
    TOO_LONG: _("The assignment asks for a shorter one. Cut what you would not miss; often it is the beginning."),
    UPRIGHT: _("This assignment asks for a wide picture. Turn the phone on its side before you press record."),
    LYING: _("This assignment asks for a tall picture. Hold the phone upright before you press record."),
}


@dataclass(frozen=True)
class Advice:
    """One thing to look at between two moments; ``value`` is what was measured, in the unit of its threshold."""

    code: str
    from_ms: int
    to_ms: int
    value: float
    is_whole: bool = False

    @property
    def severity(self) -> str:
        """``important`` or ``hint``."""
        return SEVERITY[self.code]

    @property
    def title(self) -> str:
        """What it is, in the language that is active."""
        return str(TITLES[self.code])

    @property
    def what_to_do(self) -> str:
        """What she can do about it next time."""
        return str(WHAT_TO_DO[self.code])

    @property
    def seconds(self) -> str:
        """Where it begins, for the player."""
        return f"{self.from_ms / 1000:g}"

    def as_json(self) -> dict[str, Any]:
        """The row as it is stored."""
        return {**asdict(self), "value": round(self.value, 2), "severity": self.severity}


def read(rows: list[dict[str, Any]]) -> list[Advice]:
    """Read stored rows; one of a code that is no longer known is left out."""
    names = ("code", "from_ms", "to_ms", "value", "is_whole")
    return [Advice(**{name: row[name] for name in names}) for row in rows if row["code"] in TITLES]
