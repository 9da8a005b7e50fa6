"""The sign of the site as a PNG, for phones that put it on their first screen; drawn from the one SVG there is."""

from functools import cache
from io import BytesIO

from defusedxml import ElementTree
from django.conf import settings
from fontTools.pens.basePen import BasePen
from fontTools.svgLib.path import parse_path
from PIL import Image, ImageDraw

SIDES = (180, 192, 512)  # the first is the one that iOS asks for
PAPER = "#fbf7f0"
SHARE = 0.64  # of the side; phones cut icons into circles and drops, and leave this much of any (W3C, "safe zone")
FINER = 4  # drawn so many times larger, then made smaller: that is what smooths its edges
STEPS = 24  # straight pieces of one curve


class _Outline(BasePen):
    """Collects the points of one closed path, curves as straight pieces."""

    def __init__(self) -> None:
        super().__init__(None)
        self.points: list[tuple[float, float]] = []

    def _moveTo(self, pt: tuple[float, float]) -> None:
        self.points.append(pt)

    _lineTo = _moveTo

    def _curveToOne(self, pt1: tuple[float, float], pt2: tuple[float, float], pt3: tuple[float, float]) -> None:
        start = self._getCurrentPoint()
        for step in range(1, STEPS + 1):
            t, s = step / STEPS, 1 - step / STEPS
            weights = (s**3, 3 * s * s * t, 3 * s * t * t, t**3)
            corners = (start, pt1, pt2, pt3)
            x, y = (sum(w * corner[axis] for w, corner in zip(weights, corners, strict=True)) for axis in (0, 1))
            self.points.append((x, y))


@cache
def png(side: int) -> bytes:
    """Return the icon as a square PNG of ``side`` pixels, on paper, with room around it for a mask."""
    drawing = ElementTree.parse(settings.SITE_DIR / "static" / "img" / "favicon.svg").getroot()
    *_corner, box, _height = map(float, drawing.get("viewBox").split())
    large = side * FINER
    scale, margin = large * SHARE / box, large * (1 - SHARE) / 2
    image = Image.new("RGB", (large, large), PAPER)
    draw = ImageDraw.Draw(image)
    for path in drawing:
        outline = _Outline()
        parse_path(path.get("d"), outline)
        draw.polygon([(x * scale + margin, y * scale + margin) for x, y in outline.points], fill=path.get("fill"))
    out = BytesIO()
    image.resize((side, side), Image.Resampling.LANCZOS).save(out, "PNG", optimize=True)
    return out.getvalue()
