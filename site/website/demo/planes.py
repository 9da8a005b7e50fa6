"""Pictures as a video stores them: one plane of brightness and two of colour at half the size (BT.709, 4:2:0).

Handing ffmpeg these instead of RGB halves what goes through the pipe and saves it the conversion of every frame.
Coefficients: ITU-R BT.709-6, limited range.
"""

from collections.abc import Iterable
from typing import NamedTuple

from PIL import Image

_BT709 = (
    0.1826, 0.6142, 0.0620, 16,
    -0.1006, -0.3386, 0.4392, 128,
    0.4392, -0.3989, -0.0403, 128,
)  # fmt: skip


class Planes(NamedTuple):
    """Brightness and the two colour planes; width, height and every place in it are even."""

    y: Image.Image
    u: Image.Image
    v: Image.Image

    def copy(self) -> "Planes":
        """Return a picture of its own to draw on."""
        return Planes(*(plane.copy() for plane in self))

    def crop(self, box: tuple[int, int, int, int]) -> "Planes":
        """Return the part within ``box``."""
        half = tuple(n // 2 for n in box)
        return Planes(self.y.crop(box), self.u.crop(half), self.v.crop(half))

    def paste(self, other: "Planes", at: tuple[int, int], masks: tuple[Image.Image, Image.Image]) -> None:
        """Lay ``other`` on this picture at ``at`` through ``masks`` (of full and of half size)."""
        half = (at[0] // 2, at[1] // 2)
        self.y.paste(other.y, at, masks[0])
        self.u.paste(other.u, half, masks[1])
        self.v.paste(other.v, half, masks[1])

    def fill(self, colour: str, box: tuple[int, int, int, int]) -> None:
        """Fill ``box`` with one colour."""
        half = tuple(n // 2 for n in box)
        dot = to_planes(Image.new("RGB", (2, 2), colour))
        for plane, value, place in zip(self, dot, (box, half, half), strict=True):
            plane.paste(value.getpixel((0, 0)), place)

    def blend(self, other: "Planes", share: float) -> "Planes":
        """Return this picture with ``share`` (0 to 1) of ``other``."""
        return Planes(*(Image.blend(a, b, share) for a, b in zip(self, other, strict=True)))

    def parts(self) -> Iterable[bytes]:
        """Yield the bytes of one yuv420p frame."""
        return (plane.tobytes() for plane in self)


def to_planes(picture: Image.Image) -> Planes:
    """Turn an RGB picture of even size into planes."""
    y, u, v = picture.convert("RGB", _BT709).split()
    return Planes(y, u.reduce(2), v.reduce(2))
