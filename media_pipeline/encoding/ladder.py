"""Which renditions a video gets, at which rate, and where its key frames fall. Knows no Django and no ffmpeg."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

# Short side in pixels → the most kilobits a second of a hard scene. The usual rate is set by CRF and is far lower.
RUNGS = {1080: 5000, 720: 2800, 480: 1400, 360: 800, 240: 400}
_RATES = ("5", "10", "12", "15", "20", "24000/1001", "24", "25", "30000/1001", "30", "48", "50", "60000/1001", "60")
RATES = tuple(Fraction(rate) for rate in _RATES)
USUAL_RATE = 30
_A_LITTLE_MORE = Fraction(1, 2)  # a phone's "30" is often a little more
GOP_SECONDS = 2
SEGMENT_SECONDS = 4


@dataclass(frozen=True)
class Rendition:
    """One size of a video; ``most_kbits`` caps its hardest scenes."""

    name: str
    width: int
    height: int
    most_kbits: int


def even(value: float) -> int:
    """The nearest even number that is not zero: 4:2:0 pictures have even sides."""
    return max(2, 2 * round(value / 2))


def _even_below(value: int) -> int:
    return max(2, value - value % 2)


def ladder(width: int, height: int, *, most: int = 720, rate: Fraction = Fraction(USUAL_RATE)) -> list[Rendition]:
    """Return the renditions of an upright picture of ``width``×``height``, the largest first.

    Sizes are counted by the short side, so a portrait video gets the same ladder as a landscape one. Nothing is made
    larger than it is; a picture smaller than every rung gets one rendition of its own size. Twice as many pictures
    a second as usual may take half as many bits more.
    """
    short = min(width, height)
    sides = [side for side in RUNGS if side <= min(short, most)]
    share = Fraction(3, 2) if rate > USUAL_RATE else Fraction(1)
    if not sides:
        most_kbits = round(RUNGS[240] * share)
        return [Rendition(f"{_even_below(short)}p", _even_below(width), _even_below(height), most_kbits)]
    renditions = []
    for side in sides:
        long_side = even(max(width, height) * side / short)
        size = (long_side, side) if width >= height else (side, long_side)
        renditions.append(Rendition(f"{side}p", *size, round(RUNGS[side] * share)))
    return renditions


def output_rate(fps: Fraction, *, most: int = USUAL_RATE) -> Fraction:
    """Return the fixed rate for a source of ``fps``: at most ``most``, halved rather than thinned unevenly."""
    while fps > most + _A_LITTLE_MORE:
        fps /= 2
    return min((rate for rate in RATES if rate <= most), key=lambda rate: abs(rate - fps))


def gop_frames(rate: Fraction) -> int:
    """How many pictures lie between two key frames, about :data:`GOP_SECONDS`."""
    return round(rate * GOP_SECONDS)


def middle(renditions: Sequence[Rendition]) -> Rendition:
    """The rendition that old phones download whole: 480, else the nearest below, else the smallest there is."""
    fitting = [r for r in renditions if min(r.width, r.height) <= 480]
    return fitting[0] if fitting else renditions[-1]


@dataclass(frozen=True)
class Storyboard:
    """A sprite of small pictures, one every ``every`` frames of the output."""

    every: int
    count: int
    columns: int
    rows: int
    width: int
    height: int


def storyboard(renditions: Sequence[Rendition], *, rate: Fraction, duration_ms: int) -> Storyboard:
    """Lay out at most 100 pictures over ``duration_ms``, not closer than two seconds."""
    frames = max(1, round(rate * duration_ms / 1000))
    every = max(gop_frames(rate), -(-frames // 100))
    count = -(-frames // every)
    columns = min(10, count)
    smallest = renditions[-1]
    scale = 160 / max(smallest.width, smallest.height)
    return Storyboard(
        every=every,
        count=count,
        columns=columns,
        rows=-(-count // columns),
        width=even(smallest.width * scale),
        height=even(smallest.height * scale),
    )
