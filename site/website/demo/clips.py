"""The clip that the demo's learner and graduate sent in: a drawn film about a button, upright, marked as an example."""

import hashlib
import random
import tempfile
import wave
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from PIL import Image, ImageChops, ImageDraw

from website.demo.drawings import PALETTE, Shape, moved
from website.demo.films import Film, encode
from website.demo.narration import RATE, narrate, speaker, web_vtt
from website.demo.planes import Planes, to_planes
from website.demo.reading import Slide
from website.demo.slides import draw_shapes, font

WIDTH, HEIGHT, FPS = 720, 1280, 12
_EDGE = 48  # how far the view may wander over the drawing
_LOOK = "2"

_BUTTON: list[Shape] = [
    ("oval", "ember", (0, 0, 10, 10), 0), ("oval", "accent", (2.6, 2.6, 4.4, 4.4), 0),
    ("oval", "accent", (5.6, 2.6, 7.4, 4.4), 0),
    ("oval", "accent", (2.6, 5.6, 4.4, 7.4), 0), ("oval", "accent", (5.6, 5.6, 7.4, 7.4), 0),
]  # fmt: skip
CLOTHS = ("leaf", "dusk")  # the colours of the coat: one film in each; below it is always "leaf"
_COAT: list[Shape] = [
    ("poly", "leaf", (34, 40, 66, 40, 90, 58, 96, 118, 82, 120, 78, 84, 78, 150, 22, 150,
        22, 84, 18, 120, 4, 118, 10, 58), 0),
    ("poly", "night", (34, 40, 50, 56, 66, 40, 60, 36, 40, 36), 0), ("line", "night", (50, 56, 50, 150), 0.8),
    *moved(_BUTTON, 52, 64, 0.9), *moved(_BUTTON, 52, 112, 0.9), *moved(_BUTTON, 52, 134, 0.9),
]  # fmt: skip
_HAND: list[Shape] = [
    ("rect", "skin", (0, 12, 16, 60), 8), ("rect", "skin", (0, 0, 6, 24), 3), ("rect", "skin", (8, 2, 14, 24), 3),
]  # fmt: skip
_CLOTH: list[Shape] = [("rect", "leaf", (-10, 50, 120, 190), 0), ("line", "night", (50, 50, 50, 190), 0.8)]
_NEEDLE: list[Shape] = [("line", "soft", (0, 40, 16, 0), 1.4), ("line", "ember", (0, 40, -8, 60, 4, 76), 1)]


@dataclass(frozen=True)
class Shot:
    """One of the eight fields: a drawing, something that moves over it from one place to another, and what is said."""

    still: list[Shape]
    mover: list[Shape]
    path: tuple[float, float, float, float]
    say: str


SHOTS = [
    Shot(_COAT, _HAND, (80, 150, 52, 92), "This coat has lost a button. Let us bring one back."),
    Shot(
        [("rect", "wood", (16, 70, 84, 130), 4), *moved(_BUTTON, 30, 84, 1.2), *moved(_BUTTON, 52, 92, 1.5),
        *moved(_BUTTON, 38, 106, 1.4)],
        [("rect", "dusk", (0, 0, 72, 12), 3)], (14, 64, 40, 34), "Somewhere in this box is the right one.",
    ),
    Shot([("rect", "cream", (-10, 120, 120, 190), 0)], [*moved(_BUTTON, -6, -14, 2.4), *_HAND], (60, 110, 40, 84),
        "Here it is. It is a little bigger, and that is fine."),
    Shot([("line", "soft", (50, 40, 50, 130), 2), ("arc", "soft", (46, 32, 54, 50, 0, 360), 1.4)],
        [("line", "ember", (0, 0, 40, 4), 1.2), *moved(_HAND, 34, 0)], (66, 36, 50, 38),
        "The thread goes through the needle, doubled."),
    Shot([*_CLOTH, *moved(_BUTTON, 38, 88, 2.4)], _NEEDLE, (56, 56, 50, 74), "Twice through each hole."),
    Shot([*_CLOTH, *moved(_BUTTON, 38, 84, 2.4), ("rect", "ember", (46, 108, 54, 114), 1)],
        [("arc", "ember", (0, 0, 20, 8, 0, 300), 1.2)], (40, 104, 40, 112),
        "Wind the thread under the button. This little neck is why it lasts."),
    Shot([*_CLOTH, *moved(_BUTTON, 38, 84, 2.4)], [("line", "night", (0, 0, 20, 30), 2),
        ("line", "night", (20, 0, 0, 30), 2), ("arc", "ember", (-4, 28, 6, 38, 0, 360), 2),
        ("arc", "ember", (14, 28, 24, 38, 0, 360), 2)], (70, 130, 48, 112), "A knot, and cut."),
    Shot([*_COAT, *moved(_BUTTON, 52, 88, 0.9)], [("oval", "glow", (0, 0, 3, 3), 0)], (46, 86, 62, 84),
        "And the coat closes again, before school is out."),
]  # fmt: skip


def _draw(shapes: list[Shape], size: tuple[int, int], ground: str) -> Image.Image:
    large = Image.new("RGB", (size[0] * 2, size[1] * 2), PALETTE[ground])
    draw_shapes(ImageDraw.Draw(large), shapes, size[0] * 2 / 100)
    return large.reduce(2)


def _mask(shapes: list[Shape], side: int) -> Image.Image:
    """Return where ``shapes`` are, as a mask: drawn on a colour that no drawing has, and compared with it."""
    nothing = Image.new("RGB", (side * 2, side * 2), "#00ff00")
    drawn = nothing.copy()
    draw_shapes(ImageDraw.Draw(drawn), shapes, side * 2 / 100)
    return ImageChops.difference(drawn, nothing).convert("L").point(lambda value: 255 if value else 0).reduce(2)


@dataclass(frozen=True)
class _Staged:
    """A shot drawn: its wide still and the thing that moves over it."""

    still: Planes
    mover: Planes
    masks: tuple[Image.Image, Image.Image]
    path: tuple[float, float, float, float]

    def frame(self, progress: float) -> Planes:
        """Return the view at ``progress`` from 0 to 1; it wanders as a phone held in the hand does."""
        unit = (WIDTH + _EDGE) / 100
        eased = progress * progress * (3 - 2 * progress)
        x0, y0, x1, y1 = self.path
        picture = self.still.copy()
        at = (_even((x0 + (x1 - x0) * eased - 10) * unit), _even((y0 + (y1 - y0) * eased - 20) * unit))
        picture.paste(self.mover, at, self.masks)
        left, top = _even(_EDGE * progress), _even(_EDGE * (1 - progress) / 2)
        return picture.crop((left, top, left + WIDTH, top + HEIGHT))


def _even(number: float) -> int:
    return 2 * round(number / 2)


def _stage(shot: Shot, cloth: str) -> _Staged:
    size = (WIDTH + _EDGE, HEIGHT + _EDGE)
    side = size[0]
    mover = moved(shot.mover, 10, 20)
    still = [("rect", "glow", (0, 0, 100, 60), 0), ("rect", "wall", (6, 6, 94, 190), 6), *shot.still]
    still = [(kind, cloth if colour == "leaf" else colour, *rest) for kind, colour, *rest in still]
    mask = _mask(mover, side)
    return _Staged(
        still=to_planes(_draw(still, size, "wall")),
        mover=to_planes(_draw(mover, (side, side), "wall")),
        masks=(mask, mask.reduce(2)),
        path=shot.path,
    )


def _label() -> Planes:
    """The mark that this is an example, in both languages; it stays in the picture all the time."""
    picture = Image.new("RGB", (WIDTH, 72), PALETTE["night"])
    draw = ImageDraw.Draw(picture)
    draw.text((32, 14), "EXAMPLE", font=font("en", 600, 32), fill=PALETTE["cream"])
    draw.text((WIDTH - 104, 14), "示例", font=font("zh-hans", 500, 34), fill=PALETTE["cream"])
    return to_planes(picture)


def _frames(slide_ms: list[int], cloth: str) -> Iterator[Planes]:
    label, full = _label(), (Image.new("L", (WIDTH, 72), 255), Image.new("L", (WIDTH // 2, 36), 255))
    starts = [sum(slide_ms[:index]) * FPS // 1000 for index in range(len(slide_ms) + 1)]
    for shot, (first, after) in zip(SHOTS, pairwise(starts), strict=True):
        staged = _stage(shot, cloth)
        for number in range(after - first):
            frame = staged.frame(number / max(1, after - first - 1))
            frame.paste(label, (0, HEIGHT - 72), full)
            yield frame


def _room(path: Path, voice: Path | None, total_ms: int) -> None:
    """Write the voice, if there is one, over the quiet hiss of a room."""
    count = RATE * total_ms // 1000
    hiss = random.Random(7).randbytes(count)  # noqa: S311 - noise, not a secret
    samples = bytearray(2 * count)
    spoken = b""
    if voice is not None:
        with wave.open(str(voice), "rb") as sound:
            spoken = sound.readframes(count)
    for index in range(count):
        value = hiss[index] - 128
        if 2 * index + 1 < len(spoken):
            value += int.from_bytes(spoken[2 * index : 2 * index + 2], "little", signed=True)
        samples[2 * index : 2 * index + 2] = max(-32768, min(32767, value)).to_bytes(2, "little", signed=True)
    with wave.open(str(path), "wb") as sound:
        sound.setparams((1, 2, RATE, 0, "NONE", ""))
        sound.writeframes(bytes(samples))


def film_example(cloth: str, *, folder: Path, ffmpeg: str) -> Film:
    """Make the example clip with captions, or return the one in ``folder``. Raises FilmFailed."""
    folder.mkdir(parents=True, exist_ok=True)
    seen = hashlib.sha256(repr((_LOOK, cloth, SHOTS, speaker() is not None)).encode()).hexdigest()[:16]
    film = Film(path=folder / f"example-{seen}.mp4", captions={"en": folder / f"example-{seen}.en.vtt"})
    if film.path.exists() and film.captions["en"].exists():
        return film
    words = [Slide(drawing="", title={}, line={}, say={"en": shot.say}) for shot in SHOTS]
    with tempfile.TemporaryDirectory() as workplace:
        narration = narrate(words, "en", Path(workplace), shortest_ms=6000)
        film.captions["en"].write_text(web_vtt(words, narration.slide_ms, "en"), encoding="utf-8")
        sound = Path(workplace) / "room.wav"
        _room(sound, narration.voice, narration.total_ms)
        options = ["-i", str(sound), "-c:a", "aac", "-aac_coder", "fast", "-b:a", "80k"]
        frames = _frames(narration.slide_ms, cloth)
        encode(ffmpeg=ffmpeg, frames=frames, size=(WIDTH, HEIGHT), fps=FPS, sound=options, to=film.path)
    return film
