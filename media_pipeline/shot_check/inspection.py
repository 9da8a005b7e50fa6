"""The shot check: what was measured of sound and pictures becomes advice with times. It never grades.

Knows no database.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from media_pipeline.measuring import measures
from media_pipeline.measuring.faces import Faces
from media_pipeline.measuring.loudness import Sound
from media_pipeline.measuring.measures import Row
from media_pipeline.measuring.sampling import Pictures
from media_pipeline.probing.sources import Source
from media_pipeline.shot_check import advice, thresholds
from media_pipeline.shot_check.advice import Advice
from media_pipeline.shot_check.thresholds import Threshold

_MOST_OF_A_KIND = 3
_WHOLE = 0.9  # of the video: then times say nothing
_LEAST_SIDE = 200  # pixels of the samples, below which the width of an edge tells nothing
_NOTHING = -120.0  # LUFS
_SHAKE_WINDOW = 20  # tenths of a second
_NEAR_A_CUT_MS = 200  # pictures are looked at five times a second for cuts


@dataclass(frozen=True)
class Report:
    """The advice, and the names of measures that could not be taken here."""

    advice: Sequence[Advice]
    missing: Sequence[str] = ()

    def as_json(self) -> dict[str, Any]:
        """What is stored with the video."""
        return {"advice": [each.as_json() for each in self.advice], "missing": list(self.missing)}


@dataclass(frozen=True)
class Stretch:
    """A part of a video, with what was measured there on average."""

    from_ms: int
    to_ms: int
    value: float


def inspect(
    *,
    source: Source,
    sound: Sound | None,
    pictures: Pictures,
    duration_ms: int,
    faces: Faces,
    missing: Sequence[str] = (),
) -> Report:
    """Say what may be done better the next time, sound and picture in the order of their moments."""
    found = [*_whole(source, sound, duration_ms), *_heard(sound), *_seen(source, pictures)]
    found += _turned(faces, duration_ms)
    found = [_bounded(each, duration_ms) for each in found]
    return Report(
        advice=sorted(found, key=lambda each: (not each.is_whole, each.from_ms)), missing=[*missing, *faces.missing]
    )


def stretches(samples: Sequence[tuple[int, float, bool]], *, least_ms: int) -> list[Stretch]:
    """Join neighbouring samples (moment, value, whether it counts); one that does not count may lie between two."""
    found: list[Stretch] = []
    run: list[tuple[int, float]] = []
    misses = 0
    step = samples[1][0] - samples[0][0] if len(samples) > 1 else 0
    for at_ms, value, counts in [*samples, (samples[-1][0] + step, 0.0, False), (0, 0.0, False)] if samples else []:
        misses = 0 if counts else misses + 1
        if counts:
            run.append((at_ms, value))
        elif run and misses > 1:
            start, end = run[0][0], run[-1][0] + step
            if end - start >= least_ms:
                found.append(Stretch(start, end, sum(value for _at, value in run) / len(run)))
            run = []
    return sorted(sorted(found, key=lambda s: s.from_ms - s.to_ms)[:_MOST_OF_A_KIND], key=lambda s: s.from_ms)


def _bounded(found: Advice, duration_ms: int) -> Advice:
    to_ms = min(found.to_ms, duration_ms)
    is_whole = found.is_whole or to_ms - found.from_ms >= _WHOLE * duration_ms
    return Advice(
        found.code, 0 if is_whole else found.from_ms, duration_ms if is_whole else to_ms, found.value, is_whole
    )


def _whole(source: Source, sound: Sound | None, duration_ms: int) -> Iterator[Advice]:
    """What is true from beginning to end."""

    def all_of_it(code: str, value: float) -> Advice:
        return Advice(code, 0, duration_ms, value, is_whole=True)

    if source.audio_index is None:
        yield all_of_it(advice.NO_SOUND, 0)
    if sound is not None and sound.is_silent:
        yield all_of_it(advice.SILENT, sound.integrated)
    elif sound is not None:
        if sound.integrated < thresholds.QUIET.limit:
            yield all_of_it(advice.QUIET, sound.integrated)
        share = _share_of_hum(sound)
        if share >= thresholds.HUM_SHARE.limit:
            yield all_of_it(advice.HUM, share)
    if min(source.upright) < thresholds.SMALL.limit:
        yield all_of_it(advice.SMALL, min(source.upright))


def _turned(faces: Faces, duration_ms: int) -> Iterator[Advice]:
    """Where no face is found nothing is said: hands and kitchen tables look alike either way round."""
    share = faces.turned / max(1, faces.turned + faces.upright)
    if faces.turned >= thresholds.UPSIDE_DOWN_FACES.limit and share >= thresholds.UPSIDE_DOWN.limit:
        yield Advice(advice.UPSIDE_DOWN, 0, duration_ms, share, is_whole=True)


def _share_of_hum(sound: Sound) -> float:
    """In how many of the quieter moments most of what is heard lies where the mains hum."""
    key = "astats.Overall.RMS_level"
    pairs = [(row[key], low[key]) for row, low in zip(sound.rows, sound.low, strict=False) if key in row and key in low]
    quieter = sorted(pairs)[: max(1, len(pairs) // 3)]
    hums = [low > thresholds.HUM.limit and low > whole - 3 for whole, low in quieter]
    return sum(hums) / len(hums) if hums else 0.0


def _heard(sound: Sound | None) -> Iterator[Advice]:
    if sound is None or sound.is_silent:
        return
    clipped, pause = thresholds.CLIPPED, thresholds.PAUSE
    peak = "astats.Overall.Peak_level"
    yield from _where(advice.CLIPPED, clipped, sound.rows, peak, lambda row: row[peak] >= clipped.limit)
    quiet = sound.integrated + pause.limit
    rows = [{"r128.M": _NOTHING, **row} for row in sound.rows]  # ebur128 has no number for digital silence
    yield from _where(advice.PAUSE, pause, rows, "r128.M", lambda row: row["r128.M"] < quiet)


def _where(
    code: str, threshold: Threshold, rows: Sequence[Row], key: str, counts: Callable[[Row], bool]
) -> Iterator[Advice]:
    """Advice for each stretch of ``rows`` that counts, where ``key`` was measured at all."""
    samples = [(int(row[measures.AT]), row[key], counts(row)) for row in rows if key in row]
    for part in stretches(samples, least_ms=threshold.least_ms):
        yield Advice(code, part.from_ms, part.to_ms, part.value)


def _seen(source: Source, pictures: Pictures) -> Iterator[Advice]:
    rows = [_named(row, pictures) for row in pictures.rows]
    black, dark, flat = thresholds.BLACK, thresholds.DARK, thresholds.FLAT
    lit = [row for row in rows if row.get("bright", 0) > black.limit]
    yield from _where(advice.BLACK, black, rows, "bright", lambda row: row["bright"] <= black.limit)
    yield from _where(advice.DARK, dark, rows, "mean", lambda row: row["mean"] < dark.limit and not _is_black(row))
    yield from _where(advice.BLOWN, thresholds.BLOWN, rows, "bright", _is_blown)
    yield from _where(advice.FLAT, flat, rows, "spread", lambda row: row["spread"] < flat.limit and not _is_black(row))
    yield from _where(
        advice.FROZEN,
        thresholds.FROZEN,
        rows[1:],
        "change",
        lambda row: row["change"] < thresholds.FROZEN.limit and not _is_black(row),
    )
    if min(source.upright) >= _LEAST_SIDE:
        blurred = thresholds.BLURRED
        yield from _where(advice.BLURRED, blurred, lit, "blur", lambda row: row["blur"] >= blurred.limit)
    bars = thresholds.BARS
    yield from _where(advice.BARS, bars, lit, "bars", lambda row: row["bars"] >= bars.limit)
    cuts = _cuts(rows)
    yield from _shaking(pictures, cuts)
    yield from _hasty(cuts)


def _is_black(row: Row) -> bool:
    return row["bright"] <= thresholds.BLACK.limit


def _is_blown(row: Row) -> bool:
    return row["bright"] >= thresholds.BLOWN.limit and row["mean"] >= thresholds.BLOWN_MEAN.limit


def _named(row: Row, pictures: Pictures) -> Row:
    """The numbers we use, by what they mean to us; what was not measured is left out."""
    named = {measures.AT: row[measures.AT]}
    if "signalstats.YAVG" in row:
        named["mean"], named["bright"] = row["signalstats.YAVG"], row["signalstats.YHIGH"]
        named["spread"] = row["signalstats.YHIGH"] - row["signalstats.YLOW"]
        named["change"] = row["signalstats.YDIF"]
    if "blur" in row:
        named["blur"] = row["blur"]
    if "scd.score" in row:
        named["cut"] = row["scd.score"]
    if row.get("cropdetect.w", 0) > 0 and row.get("cropdetect.h", 0) > 0:
        named["bars"] = max(
            _bars(row["cropdetect.x1"], row["cropdetect.x2"], pictures.width),
            _bars(row["cropdetect.y1"], row["cropdetect.y2"], pictures.height),
        )
    return named


def _bars(first: float, last: float, size: int) -> float:
    """Share of ``size`` outside of ``first`` to ``last`` on both sides alike; a dark corner is on one side only."""
    return 2 * max(0.0, min(first, size - 1 - last)) / size


def _cuts(rows: Sequence[Row]) -> list[int]:
    """The moments at which another picture was found than before."""
    return [int(row[measures.AT]) for row in rows if row.get("cut", 0) >= thresholds.CUT.limit]


def _shaking(pictures: Pictures, cuts: Sequence[int]) -> Iterator[Advice]:
    """Where the picture keeps changing its direction; what jumps at a cut, or blinks, is no shaking."""
    moves = [move for move in pictures.movements if all(abs(move.at_ms - at_ms) > _NEAR_A_CUT_MS for at_ms in cuts)]
    shaken: set[int] = set()
    for number in range(len(moves) - _SHAKE_WINDOW + 1):
        usual = median(move.change for move in moves[number : number + _SHAKE_WINDOW])
        if usual >= thresholds.SHAKY.limit:
            shaken.update(range(number, number + _SHAKE_WINDOW))
    samples = [(move.at_ms, move.change, number in shaken) for number, move in enumerate(moves)]
    for part in stretches(samples, least_ms=thresholds.SHAKY.least_ms):
        yield Advice(advice.SHAKY, part.from_ms, part.to_ms, part.value)


def _hasty(cuts: Sequence[int]) -> Iterator[Advice]:
    """Cuts that follow each other faster than one can look."""
    series: list[int] = []
    for at_ms in [*cuts, 1 << 40]:
        if series and at_ms - series[-1] > thresholds.SHORT_SHOT_MS:
            if len(series) >= thresholds.SHORT_SHOTS.limit:
                yield Advice(advice.HASTY, series[0], series[-1], len(series))
            series = []
        series.append(at_ms)
