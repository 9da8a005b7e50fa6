"""Read the media playlists ffmpeg wrote, measure what is behind them, and write the master playlist. Knows no Django.

Format: RFC 8216bis. BANDWIDTH is the measured peak of a segment, AVERAGE-BANDWIDTH the measured average, both with the
sound, because players choose by them and ffmpeg's own numbers come from the allowed peak.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

EARLY = "early.m3u8"  # a playlist that grows while its video is being made; the only file of an attempt that changes
_INF = re.compile(r"#EXTINF:([\d.]+),")
_MAP = re.compile(r'#EXT-X-MAP:URI="([^"]+)"')
_TARGET = re.compile(r"#EXT-X-TARGETDURATION:(\d+)")


class BrokenOutput(Exception):
    """An output is missing, empty or not what it should be."""


@dataclass(frozen=True)
class Track:
    """One media playlist and what its segments weigh. Durations in seconds, sizes in bytes."""

    folder: Path
    init: str
    segments: tuple[str, ...]
    durations: tuple[float, ...]
    sizes: tuple[int, ...]

    @property
    def seconds(self) -> float:
        """How long it plays."""
        return sum(self.durations)

    @property
    def bytes(self) -> int:
        """What all segments weigh."""
        return sum(self.sizes)

    @property
    def peak(self) -> int:
        """Bits a second of the heaviest segment; ones shorter than half the target tell nothing, unless all are."""
        rates = [8 * size / length for size, length in zip(self.sizes, self.durations, strict=True) if length > 0]
        long_enough = [
            rate for rate, length in zip(rates, self.durations, strict=False) if length >= max(self.durations) / 2
        ]
        return round(max(long_enough or rates))

    @property
    def average(self) -> int:
        """Bits a second over the whole."""
        return round(8 * self.bytes / self.seconds)


def read_track(folder: Path, playlist: str, *, growing: bool = False) -> Track:
    """Read and check one media playlist: complete, every segment there and not empty. Raises BrokenOutput.

    One that is ``growing`` need not have come to its end.
    """
    try:
        text = (folder / playlist).read_text()
    except FileNotFoundError as error:
        raise BrokenOutput(f"{folder.name}: no playlist") from error
    lines = text.splitlines()
    durations = tuple(float(match[1]) for line in lines if (match := _INF.match(line)))
    segments = tuple(line for line in lines if line and not line.startswith("#"))
    init, target = _MAP.search(text), _TARGET.search(text)
    is_whole = growing or is_finished(text)
    if not segments or len(segments) != len(durations) or not is_whole:
        raise BrokenOutput(f"{folder.name}: the playlist is not complete")
    if init is None or target is None or any(round(length) > int(target[1]) for length in durations):
        raise BrokenOutput(f"{folder.name}: the playlist is not right")
    sizes = tuple(_size(folder / name) for name in segments)
    _size(folder / init[1])
    if sum(durations) <= 0:
        raise BrokenOutput(f"{folder.name}: nothing to play")
    return Track(folder=folder, init=init[1], segments=segments, durations=durations, sizes=sizes)


def settle(playlist: Path) -> None:
    """Say of a media playlist that grew with its video that it will not change any more (RFC 8216, 4.3.3.5)."""
    playlist.write_text(playlist.read_text().replace("#EXT-X-PLAYLIST-TYPE:EVENT", "#EXT-X-PLAYLIST-TYPE:VOD"))


def _size(path: Path) -> int:
    size = path.stat().st_size if path.is_file() else 0
    if size == 0:
        raise BrokenOutput(f"{path.parent.name}/{path.name} is missing or empty")
    return size


def avc_codec(init: bytes) -> str:
    """Return the CODECS value of an H.264 track, for example ``avc1.64001f``, from its avcC box (ISO 14496-15)."""
    at = init.find(b"avcC")
    if at < 0 or len(init) < at + 8:
        raise BrokenOutput("the picture track does not say how it is coded")
    return "avc1." + init[at + 5 : at + 8].hex()


@dataclass(frozen=True)
class Variant:
    """One line of the master playlist."""

    name: str
    width: int
    height: int
    track: Track
    codec: str


def master(variants: Sequence[Variant], sound: Track | None, *, rate: Fraction, playlist: str) -> str:
    """Write the master playlist, the smallest variant first: a player begins with the first, and data costs money."""
    lines = ["#EXTM3U", "#EXT-X-VERSION:7", "#EXT-X-INDEPENDENT-SEGMENTS"]
    if sound is not None:
        lines.append(
            '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="sound",NAME="sound",DEFAULT=YES,AUTOSELECT=YES,CHANNELS="2",'
            f'URI="{sound.folder.name}/{playlist}"'
        )
    for variant in sorted(variants, key=lambda each: each.track.average):
        codecs = f"{variant.codec},mp4a.40.2" if sound else variant.codec
        peak = variant.track.peak + (sound.peak if sound else 0)
        average = min(peak, variant.track.average + (sound.average if sound else 0))
        lines.append(
            f"#EXT-X-STREAM-INF:BANDWIDTH={peak},AVERAGE-BANDWIDTH={average},"
            f"RESOLUTION={variant.width}x{variant.height},FRAME-RATE={float(rate):.3f},"
            f'CODECS="{codecs}"' + (',AUDIO="sound"' if sound else "")
        )
        lines.append(f"{variant.name}/{playlist}")
    if sound is not None:
        lines += _sound_alone(sound, playlist)
    return "\n".join(lines) + "\n"


def _sound_alone(sound: Track, playlist: str) -> list[str]:
    """The last resort on a weak line: she hears the lesson. Last in the list, for a player begins with the first."""
    bandwidths = f"BANDWIDTH={sound.peak},AVERAGE-BANDWIDTH={min(sound.peak, sound.average)}"
    return [
        f'#EXT-X-STREAM-INF:{bandwidths},CODECS="mp4a.40.2",AUDIO="sound"',
        f"{sound.folder.name}/{playlist}",
    ]


def with_addresses(text: str, address: Callable[[str], str]) -> str:
    """Return the playlist with ``address(name)`` for every file it names; other playlists keep their names."""

    def placed(line: str) -> str:
        if found := _MAP.match(line):
            return line.replace(found[1], address(found[1]))
        return line if not line or line.startswith("#") or line.endswith(".m3u8") else address(line)

    return "\n".join(placed(line) for line in text.splitlines()) + "\n"


def is_finished(text: str) -> bool:
    """Whether nothing will be added to this media playlist any more."""
    return "#EXT-X-ENDLIST" in text.splitlines()
