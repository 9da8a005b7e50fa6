"""What preparing a video costs, beside the least it could cost and beside how others do it.

``python benchmarks/media.py [--seconds 20] [--runs 3]`` makes a moving, grainy 1080p clip as a phone would, then
measures CPU seconds in one run, interleaved, always into the same four renditions with the same caps, veryfast, CRF 23:
  ours      media_pipeline.preparation.prepare: renditions, sound, loudness, poster, storyboard, waveform, MP4, shot
            check, every verification
  unseen    the same without the shot check
  floor     decode + scale once, plus encoding alone for each rendition from raw pictures, plus encoding the sound
  per_rung  one ffmpeg that decodes, scales and encodes for each rendition, with the arguments of MediaCMS
            (files/helpers.py: 4 s key frames, its own caps of 1.5 times its bit rates) but our preset
  optimise  PeerTube's way (packages/ffmpeg): first a full-size H.264 of everything, then each rendition from that,
            then the copy of each into HLS
and, once, as it weighs on no bar, ``per_rung_as_shipped``: MediaCMS with its presets, medium and faster.
Prints one JSON line and ends with status 1 when a ratio misses its bar.
"""

import argparse
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from unittest import mock

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "site")]
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.test")

import django  # noqa: E402

django.setup()

import ffmpeg  # noqa: E402

from media_pipeline import preparation  # noqa: E402
from media_pipeline.encoding import ladder  # noqa: E402
from media_pipeline.encoding.presets import Preset  # noqa: E402
from media_pipeline.measuring import loudness, sampling  # noqa: E402
from media_pipeline.measuring.faces import Faces  # noqa: E402
from media_pipeline.probing.sources import probe  # noqa: E402
from media_pipeline.programs import tools  # noqa: E402

BARS = {
    "unseen_to_floor": ("unseen", "floor", 1.08),
    "ours_to_per_rung": ("ours", "per_rung", 0.60),
    "ours_to_optimise": ("ours", "optimise", 0.72),
    "shot_check": ("ours", "unseen", 1.15),
}
SCENE_SECONDS = 5
MEDIACMS_KBITS = {240: 300, 360: 500, 480: 1000, 720: 2500, 1080: 4500}
PEERTUBE = ["-b_strategy", "1", "-bf", "16", "-g", "60", "-max_muxing_queue_size", "1024", "-map_metadata", "-1"]


def cpu_of_children() -> float:
    """CPU seconds of every finished child so far."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def measured(work: Callable[[], object]) -> float:
    """CPU seconds of ``work`` and of the programs that it runs."""
    before = cpu_of_children() + time.process_time()
    work()
    return cpu_of_children() + time.process_time() - before


def run_ffmpeg(*arguments: str | Path) -> None:
    """Run ffmpeg, nothing to see."""
    subprocess.run([tools.find_ffmpeg(), "-nostdin", "-v", "error", "-y", *arguments], check=True)


def phone_like(target: Path, *, seconds: int) -> None:
    """Make a moving, grainy 1080p30 clip with sound, as heavy as a phone records: a few seconds again and again."""
    scene = target.with_suffix(".scene.mp4")
    picture = f"mandelbrot=size=1920x1080:rate=30:end_scale=0.02:end_pts={SCENE_SECONDS * 30}"
    run_ffmpeg(
        "-f", "lavfi", "-i", picture, "-f", "lavfi", "-i", "anoisesrc=color=pink:amplitude=0.2",
        "-t", str(SCENE_SECONDS), "-vf", "noise=alls=8:allf=t,format=yuv420p", "-c:v", "libx264", "-preset",
        "ultrafast", "-crf", "20", "-c:a", "aac", scene,
    )  # fmt: skip
    run_ffmpeg("-stream_loop", "-1", "-i", scene, "-t", str(seconds), "-c", "copy", target)
    scene.unlink()


def nothing_looked_at(stream: ffmpeg.Stream, **_about: object) -> list[ffmpeg.Stream]:
    """Take the smallest rendition and measure nothing of it."""
    return [ffmpeg.output(stream, "-", format="null")]


class Bench:
    """One source, and the ways to prepare it."""

    def __init__(self, folder: Path, seconds: int) -> None:
        self.folder = folder
        self.source = folder / "source.mp4"
        phone_like(self.source, seconds=seconds)
        self.plan = preparation.make_plan(probe(self.source), tools.find_ffmpeg(), Preset())
        self.encoder = [
            "-c:v", "libx264", "-preset", self.plan.preset.speed, "-crf", str(self.plan.preset.crf),
            "-profile:v", "high", "-threads", str(self.plan.threads), "-g", "60", "-keyint_min", "60",
            "-sc_threshold", "0",
        ]  # fmt: skip
        for rendition in self.plan.renditions:
            run_ffmpeg("-i", self.source, "-an", "-vf", self._scale(rendition), self._raw(rendition))

    def _scale(self, rendition: ladder.Rendition) -> str:
        return f"scale={rendition.width}:{rendition.height}:flags=bicubic,format=yuv420p"

    def _raw(self, rendition: ladder.Rendition) -> Path:
        return self.folder / f"{rendition.name}.yuv"

    def _cap(self, rendition: ladder.Rendition) -> list[str]:
        return ["-maxrate", f"{rendition.most_kbits}k", "-bufsize", f"{2 * rendition.most_kbits}k"]

    def ours(self) -> None:
        """Everything the site does with a video."""
        out = self.folder / "out"
        out.mkdir()
        preparation.prepare(self.source, out)
        shutil.rmtree(out)

    def unseen(self) -> None:
        """The same without the shot check: of pictures nothing is measured, of sound its loudness alone."""
        loud = mock.patch.object(loudness, "_all_of", lambda sound: [loudness._loudness_of(loudness._in_step(sound))])
        faceless = mock.patch.object(preparation, "_faces", return_value=Faces())
        with mock.patch.object(sampling, "outputs", nothing_looked_at), loud, faceless:
            self.ours()

    def decode_and_scale(self) -> None:
        """One decode and a cascade of scales into nothing."""
        chains, maps, stream = [], [], "0:v"
        for number, rendition in enumerate(self.plan.renditions):
            last = number == len(self.plan.renditions) - 1
            outputs = f"[o{number}]" if last else f",split=2[o{number}][s{number}]"
            chains.append(f"[{stream}]{self._scale(rendition)}{outputs}")
            maps += ["-map", f"[o{number}]", "-f", "null", "-"]
            stream = f"s{number}"
        run_ffmpeg("-i", self.source, "-filter_complex", ";".join(chains), *maps)

    def floor(self) -> float:
        """CPU seconds nobody can do without; reading raw pictures is taken off, as a real encoder is handed them."""
        total = measured(self.decode_and_scale)
        total += measured(lambda: run_ffmpeg("-i", self.source, "-vn", "-c:a", "aac", "-b:a", "96k", "-f", "null", "-"))
        for rendition in self.plan.renditions:
            size = f"{rendition.width}x{rendition.height}"
            raw = ["-f", "rawvideo", "-pix_fmt", "yuv420p", "-s", size, "-r", "30", "-i", self._raw(rendition)]
            encode = [*raw, *self.encoder, *self._cap(rendition), "-f", "null", "-"]
            total += measured(lambda encode=encode: run_ffmpeg(*encode))
            total -= measured(lambda raw=raw: run_ffmpeg(*raw, "-c", "copy", "-f", "null", "-"))
        return total

    def per_rung(self, *, as_shipped: bool = False) -> None:
        """Decode, scale and encode anew for each rendition, with MediaCMS's arguments."""
        for rendition in self.plan.renditions:
            kbits = MEDIACMS_KBITS[min(rendition.width, rendition.height)]
            shipped = "faster" if rendition.height >= 720 else "medium"
            run_ffmpeg(
                "-i", self.source, "-c:v", "libx264", "-filter:v", f"scale=-2:{rendition.height},fps=fps=30",
                "-pix_fmt", "yuv420p", "-crf", "23", "-c:a", "aac", "-b:a", "128k", "-ac", "2",
                "-maxrate", f"{kbits * 3 // 2}k", "-bufsize", f"{kbits * 3 // 2}k",
                "-force_key_frames", "expr:gte(t,n_forced*4)", "-x264-params", "keyint=240:keyint_min=120",
                "-preset", shipped if as_shipped else self.plan.preset.speed, "-profile:v", "main", "-level", "4.2",
                self.folder / "rung.mp4",
            )  # fmt: skip

    def optimise(self) -> None:
        """PeerTube: make one full-size file of the source first, then every rendition out of that."""
        whole = self.folder / "optimised.mp4"
        encoder = ["-c:v", "libx264", "-pix_fmt", "yuv420p", "-preset", self.plan.preset.speed, "-r", "30", *PEERTUBE]
        cap = ["-maxrate", f"{ladder.RUNGS[1080]}k", "-bufsize", f"{2 * ladder.RUNGS[1080]}k"]
        aac = ["-c:a", "aac", "-channel_layout", "stereo", "-movflags", "faststart"]
        run_ffmpeg("-i", self.source, *encoder, *cap, *aac, whole)
        for rendition in self.plan.renditions:
            scale = ["-vf", f"scale=-2:{rendition.height}"]
            run_ffmpeg("-i", whole, *scale, *encoder, *self._cap(rendition), *aac, self.folder / "rung.mp4")
            hls = ["-f", "hls", "-hls_time", "4", "-hls_playlist_type", "vod", "-hls_segment_type", "fmp4"]
            run_ffmpeg("-i", self.folder / "rung.mp4", "-c", "copy", *hls, self.folder / "rung.m3u8")


def main() -> int:
    """Measure, print, judge."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=int, default=20)
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    costs: dict[str, list[float]] = {"ours": [], "unseen": [], "floor": [], "per_rung": [], "optimise": []}
    with tempfile.TemporaryDirectory(dir=os.environ.get("BENCH_DIR")) as name:
        bench = Bench(Path(name), options.seconds)
        for _run in range(options.runs):
            costs["floor"].append(bench.floor())
            for way in ("ours", "unseen", "per_rung", "optimise"):
                costs[way].append(measured(getattr(bench, way)))
        shipped = measured(lambda: bench.per_rung(as_shipped=True))
    median = {name: statistics.median(values) for name, values in costs.items()}
    ratios = {name: median[ours] / median[theirs] for name, (ours, theirs, _bar) in BARS.items()}
    passed = all(ratios[name] <= bar for name, (_ours, _theirs, bar) in BARS.items())
    result = {
        "benchmark": "media",
        "source_seconds": options.seconds,
        "cpu_seconds": {name: round(value, 2) for name, value in (median | {"per_rung_as_shipped": shipped}).items()},
        "ratios": {name: round(value, 3) for name, value in ratios.items()},
        "bars": {name: bar for name, (_ours, _theirs, bar) in BARS.items()},
        "passed": passed,
    }
    print(json.dumps(result))
    return 0 if passed else 1


if __name__ == "__main__":
    sys.exit(main())
