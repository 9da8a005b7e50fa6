"""Choose which of a few pictures of a video makes the best poster."""

from collections.abc import Sequence
from pathlib import Path

from PIL import Image, ImageFilter, ImageStat

_LOOK = (320, 320)
_EDGES = ImageFilter.Kernel((3, 3), (0, 1, 0, 1, -4, 1, 0, 1, 0), scale=1, offset=128)  # the Laplacian
_COMFORTABLE = (60, 190)  # mean brightness of a picture one likes to look at, of 255


def sharpness(picture: Image.Image) -> float:
    """The variance of the Laplacian: low for blurred, black or flat pictures (Pech-Pacheco et al. 2000)."""
    return ImageStat.Stat(picture.filter(_EDGES)).var[0]


def appeal(path: Path) -> float:
    """Score a picture as a poster: sharp counts, too dark or too bright takes away."""
    with Image.open(path) as image:
        grey = image.convert("L")
        grey.thumbnail(_LOOK)
        brightness = ImageStat.Stat(grey).mean[0]
        low, high = _COMFORTABLE
        if brightness < low:
            light = brightness / low
        else:
            light = 1.0 if brightness <= high else (255 - brightness) / (255 - high)
        return sharpness(grey) * light


def best_poster(candidates: Sequence[Path]) -> Path:
    """Return the most appealing of ``candidates``; the earliest of equals. Raises ValueError when there are none."""
    return max(candidates, key=appeal)
