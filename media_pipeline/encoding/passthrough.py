"""Whether the largest rendition may be the source's own H.264, copied: nothing is lost and most of the work is saved.

A player changes renditions only where all of them have a key picture. So the source must have instantaneous refreshes
(IDR pictures: nothing after one needs what was before it) at least every two seconds, and the renditions that are
encoded get a key picture at each of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

from media_pipeline.encoding.commands import Plan
from media_pipeline.encoding.ladder import GOP_SECONDS, SEGMENT_SECONDS, Rendition, gop_frames
from media_pipeline.probing import sources
from media_pipeline.probing.sources import Source
from media_pipeline.programs.running import Limits, Watch, run

_PROFILES = {"Constrained Baseline", "Baseline", "Main", "High"}
_MOST_LEVEL = 42
_MOST_SOUND = 2000  # kilobits a second, more than PCM takes
_LEAST_GOP = Fraction(1, 2)  # seconds on average; more key pictures would cost the other renditions dearly
_PACKETS, _REFRESHES = "packets.txt", "refreshes.txt"
_IDR = 5  # the type of its NAL units (ITU-T H.264, table 7-1)


@dataclass(frozen=True)
class _Packet:
    frame: Fraction  # its place in the fixed rate
    bytes: int


def may_fit(source: Source, top: Rendition, rate: Fraction) -> bool:
    """Say whether what was probed speaks for copying; only then is it worth reading every packet."""
    is_plain = source.video_codec == "h264" and source.pixel_format == "yuv420p" and not source.hdr
    can_play = source.profile in _PROFILES and 0 < source.level <= _MOST_LEVEL
    stands = source.rotation == 0 and source.aspect == 1 and not source.interlaced
    fits = (source.width, source.height) == (top.width, top.height) and source.fps == rate
    # Players guess the colours of an untagged picture by its size, and ours are BT.709.
    has_our_colours = source.color_space == "bt709" or (not source.color_space and source.height >= 720)
    kbits = 8 * source.size_bytes / (source.duration_ms or 1)
    can_be_light = kbits <= top.most_kbits + _MOST_SOUND
    return is_plain and can_play and stands and fits and has_our_colours and can_be_light


def key_frames(program: Path, path: Path, plan: Plan, *, folder: Path, watch: Watch) -> Sequence[int]:
    """Return the numbers of the source's refreshing pictures when it can be copied; none when it cannot."""
    source, top, rate = plan.source, plan.renditions[0], plan.rate
    if not may_fit(source, top, rate):
        return ()
    limits = Limits(seconds=120, memory=2_000_000_000, cpu=60, file_size=64_000_000, stall=60)
    run(_command(program, path, source.video_index), limits=limits, watch=watch, cwd=folder)
    packets, refreshes = (_read(folder / name, rate) for name in (_PACKETS, _REFRESHES))
    for name in (_PACKETS, _REFRESHES):
        (folder / name).unlink(missing_ok=True)
    keys = [round(packet.frame) for packet in refreshes]
    if _is_steady(packets) and _are_close(keys, len(packets), rate) and _is_light(packets, keys, rate, top):
        return keys
    return ()


def _command(program: Path, path: Path, stream: int) -> list[str]:
    """List all packets, and those that hold an IDR picture, decoding none."""
    trusted = ["-protocol_whitelist", sources.PROTOCOLS, "-format_whitelist", sources.FORMATS]
    copy = ["-map", f"0:{stream}", "-c", "copy"]
    only_idr = ["-bsf:v", f"filter_units=pass_types={_IDR}"]
    said = ["-nostdin", "-v", "error", "-progress", "pipe:1", "-y"]
    listing = ["-f", "framecrc"]
    outputs = [*copy, *listing, _PACKETS, *copy, *only_idr, *listing, _REFRESHES]
    return [str(program), *said, *trusted, "-i", f"file:{path}", *outputs]


def _read(listing: Path, rate: Fraction) -> list[_Packet]:
    """Read framecrc's listing (``stream, dts, pts, duration, size, …`` after ``#tb 0: num/den``) as it is shown."""
    packets, base = [], Fraction(0)
    for line in listing.read_text().splitlines() if listing.is_file() else ():
        if line.startswith("#tb"):
            base = Fraction(line.rpartition(" ")[2])
        elif not line.startswith("#"):
            _stream, _dts, pts, _duration, size, *_rest = (part.strip() for part in line.split(","))
            packets.append(_Packet(int(pts) * base * rate, int(size)))
    return sorted(packets, key=lambda packet: packet.frame)


def _is_steady(packets: Sequence[_Packet]) -> bool:
    """Whether each picture stands in its place from the first on; containers round their times a little."""
    return bool(packets) and all(abs(packet.frame - number) < _LEAST_GOP / 5 for number, packet in enumerate(packets))


def _are_close(keys: Sequence[int], frames: int, rate: Fraction) -> bool:
    most, least = gop_frames(rate), rate * _LEAST_GOP
    gaps = [after - before for before, after in pairwise([*keys, frames])]
    return bool(keys) and keys[0] == 0 and max(gaps) <= most and frames >= least * len(keys)


def _is_light(packets: Sequence[_Packet], keys: Sequence[int], rate: Fraction, top: Rendition) -> bool:
    """Whether no segment is heavier than the rendition may be; each begins at the first key picture after its time."""
    cuts = [0]
    for key in keys:
        if key >= len(cuts) * rate * SEGMENT_SECONDS:
            cuts.append(key)
    for start, end in pairwise([*cuts, len(packets)]):
        bits = 8 * sum(packet.bytes for packet in packets[start:end])
        if bits > 1000 * top.most_kbits * max((end - start) / rate, Fraction(GOP_SECONDS)):
            return False
    return True
