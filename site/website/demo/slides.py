"""Draws the slides of a lesson video with Pillow: warm paper, one ember line, a drawing beside the words."""

import re
from dataclasses import dataclass
from functools import cache

from PIL import Image, ImageDraw, ImageFont

from courses.fonts import font_file
from website.demo.drawings import DRAWINGS, PALETTE, Shape
from website.demo.planes import Planes, to_planes
from website.demo.reading import Slide

WIDTH, HEIGHT = 1280, 720
TILE = 520  # the square with the drawing
_DRIFT = 28  # how far the drawing wanders inside its tile, in pixels
_LEFT, _TEXT_WIDTH = 84, 540
_TILE_AT = (WIDTH - TILE - 72, 84)
_RULE_WIDTH, _RULE_HEIGHT = 360, 6
_FINER = 2  # drawn this much larger, then reduced: smooth edges


@cache
def font(language: str, weight: int, size: int) -> ImageFont.FreeTypeFont:
    """Open the font for ``language`` at ``size`` pixels. Raises FontsMissing, saying what to run."""
    name = "noto-sans-sc-chinese-simplified" if language.startswith("zh") else "noto-serif-latin"
    return ImageFont.truetype(font_file(name, weight), size)


def draw_shapes(draw: ImageDraw.ImageDraw, shapes: list[Shape], unit: float) -> None:
    """Draw ``shapes`` with ``unit`` pixels to one hundredth of the square."""
    for kind, colour, numbers, size in shapes:
        fill = PALETTE[colour]
        if kind == "arc":
            box, angles = [n * unit for n in numbers[:4]], numbers[4:]
            draw.arc(box, *angles, fill=fill, width=max(1, round(size * unit)))
            continue
        places = [n * unit for n in numbers]
        if kind == "rect":
            draw.rounded_rectangle(places, radius=size * unit, fill=fill)
        elif kind == "oval":
            draw.ellipse(places, fill=fill)
        elif kind == "poly":
            draw.polygon(places, fill=fill)
        else:
            draw.line(places, fill=fill, width=max(1, round(size * unit)), joint="curve")


@cache
def drawing(name: str, side: int = TILE + _DRIFT) -> Image.Image:
    """Return the drawing ``name`` on its wall colour, ``side`` pixels square."""
    large = Image.new("RGB", (side * _FINER, side * _FINER), PALETTE["wall"])
    draw_shapes(ImageDraw.Draw(large), DRAWINGS[name], side * _FINER / 100)
    return large.reduce(_FINER)


def wrap(text: str, face: ImageFont.FreeTypeFont, width: int) -> list[str]:
    """Break ``text`` into lines of at most ``width`` pixels: between words, or between Chinese characters.

    No line begins with a closing mark.
    """
    parts = re.findall(r"[　-鿿＀-￯“”‘’—…][，。！？、：；”’》）…]*|[^\s　-鿿＀-￯“”—…]+\s*|\s+", text)
    lines = [""]
    for part in parts:
        if lines[-1] and face.getlength((lines[-1] + part).rstrip()) > width:
            lines.append(part)
        else:
            lines[-1] += part
    return [line.rstrip() for line in lines]


@cache
def _tile_masks() -> tuple[Image.Image, Image.Image]:
    large = Image.new("L", (TILE * _FINER, TILE * _FINER), 0)
    ImageDraw.Draw(large).rounded_rectangle((0, 0, TILE * _FINER - 1, TILE * _FINER - 1), radius=56, fill=255)
    mask = large.reduce(_FINER)
    return mask, mask.reduce(2)


@dataclass(frozen=True)
class SlidePicture:
    """A slide ready to be filmed: still paper with words, where its ember line runs, and its drawing."""

    paper: Planes
    rule_y: int
    drawing: Planes

    def frame(self, progress: float) -> Planes:
        """Return the picture at ``progress`` from 0 to 1: the ember line grows and the drawing drifts."""
        picture = self.paper.copy()
        offset = 2 * round(_DRIFT * progress / 2)
        part = self.drawing.crop((offset, _DRIFT // 2, offset + TILE, _DRIFT // 2 + TILE))
        picture.paste(part, _TILE_AT, _tile_masks())
        grown = 64 + 2 * round((_RULE_WIDTH - 64) * progress / 2)
        picture.fill(PALETTE["ember"], (_LEFT, self.rule_y, _LEFT + grown, self.rule_y + _RULE_HEIGHT))
        return picture


@dataclass(frozen=True)
class _Look:
    """The colours of a slide, by their names in the palette."""

    ground: str
    title: str
    line: str
    dots: str


_PAPER = _Look(ground="paper", title="ink", line="soft", dots="line")
_EVENING = _Look(ground="night", title="cream", line="glow", dots="dusk")  # the opening, which makes the poster


def slide_picture(slide: Slide, *, language: str, number: int, count: int, foot: str) -> SlidePicture:
    """Set ``slide`` in ``language``; ``number`` of ``count`` is shown as dots, ``foot`` names the lesson."""
    look = _PAPER if number else _EVENING
    paper = Image.new("RGB", (WIDTH, HEIGHT), PALETTE[look.ground])
    draw = ImageDraw.Draw(paper)
    rule_y = _set_words(draw, slide, language, look)
    draw.text((_LEFT, HEIGHT - 74), foot, font=font(language, 400, 24), fill=PALETTE[look.line])
    for dot in range(count):
        x = WIDTH - 72 - (count - dot) * 26
        fill = PALETTE["ember" if dot <= number else look.dots]
        draw.ellipse((x, HEIGHT - 66, x + 12, HEIGHT - 54), fill=fill)
    return SlidePicture(paper=to_planes(paper), rule_y=rule_y, drawing=to_planes(drawing(slide.drawing)))


def _set_words(draw: ImageDraw.ImageDraw, slide: Slide, language: str, look: _Look) -> int:
    """Write title and line, centred as one block; return where the ember line between them goes."""
    title_font, line_font = font(language, 700 if language.startswith("zh") else 600, 72), font(language, 400, 36)
    title = wrap(slide.title[language], title_font, _TEXT_WIDTH)
    line = wrap(slide.line[language], line_font, _TEXT_WIDTH)
    y = HEIGHT // 2 - (len(title) * 88 + 44 + len(line) * 54) // 2 - 24
    for text in title:
        draw.text((_LEFT, y), text, font=title_font, fill=PALETTE[look.title])
        y += 88
    rule_y = (y + 22) // 2 * 2
    for number, text in enumerate(line):
        draw.text((_LEFT, y + 52 + 54 * number), text, font=line_font, fill=PALETTE[look.line])
    return rule_y
