"""What preparing a video costs, beside the least it could cost and beside one ffmpeg for each rendition.

``python benchmarks/media.py [--seconds 8] [--runs 3]`` makes a moving, grainy 1080p clip, then measures in one run,
interleaved, the CPU seconds of
  ours      media_pipeline.preparation.prepare: four renditions, sound, poster, storyboard, MP4, every check
  floor     decode + scale once, plus encoding alone for each rendition from raw pictures, plus encoding the sound
  per_rung  one ffmpeg that decodes, scales and encodes for each rendition, same preset and CRF
and prints one JSON line. Ends with status 1 when ours/floor or ours/per_rung is above its bar.
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
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "site")]
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.test")

import django  # noqa: E402

django.setup()

from media_pipeline import ladder, preparation, tools  # noqa: E402
from media_pipeline.probing import probe  # noqa: E402

FLOOR_BAR = 1.10
PER_RUNG_BAR = 0.60


def cpu_of_children() -> float:
    """CPU seconds of every finished child so far."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def measured(work: Callable[[], object]) -> float:
    """CPU seconds of the programs that ``work`` runs."""
    before = cpu_of_children()
    work()
    return cpu_of_children() - before


class Bench:
    """One source, and the three ways to prepare it."""

    def __init__(self, folder: Path, seconds: int) -> None:
        self.folder = folder
        self.source = folder / "source.mp4"
        picture = f"mandelbrot=size=1920x1080:rate=30:end_scale=0.02:end_pts={seconds * 30}"
        self.ffmpeg(
            "-f", "lavfi", "-i", picture, "-f", "lavfi", "-i", "anoisesrc=color=pink:amplitude=0.2",
            "-t", str(seconds), "-vf", "noise=alls=8:allf=t,format=yuv420p", "-c:v", "libx264", "-preset", "ultrafast",
            "-crf", "20", "-c:a", "aac", self.source,
        )  # fmt: skip
        self.facts = probe(self.source)
        self.plan = preparation.make_plan(self.facts, tools.find_ffmpeg())
        self.encoder = [
            "-c:v", "libx264", "-preset", self.plan.preset, "-crf", str(self.plan.crf), "-profile:v", "high",
            "-threads", str(self.plan.threads), "-g", "60", "-keyint_min", "60", "-sc_threshold", "0",
        ]  # fmt: skip
        for rendition in self.plan.renditions:
            self.ffmpeg("-i", self.source, "-an", "-vf", self._scale(rendition), self._raw(rendition))

    def ffmpeg(self, *arguments: str | Path) -> None:
        """Run ffmpeg, nothing to see."""
        command = [tools.find_ffmpeg(), "-nostdin", "-v", "error", "-y", *arguments]
        subprocess.run(command, check=True)

    def _scale(self, rendition: ladder.Rendition) -> str:
        return f"scale={rendition.width}:{rendition.height}:flags=bicubic,format=yuv420p"

    def _raw(self, rendition: ladder.Rendition) -> Path:
        return self.folder / f"{rendition.name}.yuv"

    def _raw_input(self, rendition: ladder.Rendition) -> list[str | Path]:
        size = f"{rendition.width}x{rendition.height}"
        return ["-f", "rawvideo", "-pix_fmt", "yuv420p", "-s", size, "-r", "30", "-i", self._raw(rendition)]

    def ours(self) -> None:
        """Everything the site does with a video."""
        out = self.folder / "out"
        out.mkdir()
        preparation.prepare(self.source, out)
        shutil.rmtree(out)

    def decode_and_scale(self) -> None:
        """One decode and a cascade of scales into nothing."""
        chains, maps, stream = [], [], "0:v"
        for number, rendition in enumerate(self.plan.renditions):
            last = number == len(self.plan.renditions) - 1
            outputs = f"[o{number}]" if last else f",split=2[o{number}][s{number}]"
            chains.append(f"[{stream}]{self._scale(rendition)}{outputs}")
            maps += ["-map", f"[o{number}]", "-f", "null", "-"]
            stream = f"s{number}"
        self.ffmpeg("-i", self.source, "-filter_complex", ";".join(chains), *maps)

    def per_rung(self) -> None:
        """Decode, scale and encode anew for each rendition."""
        for rendition in self.plan.renditions:
            cap = ["-maxrate", f"{rendition.most_kbits}k", "-bufsize", f"{2 * rendition.most_kbits}k"]
            target = self.folder / "rung.mp4"
            self.ffmpeg("-i", self.source, "-vf", self._scale(rendition), *self.encoder, *cap, "-c:a", "aac", target)

    def floor(self) -> float:
        """CPU seconds nobody can do without; reading raw pictures is taken off, as a real encoder is handed them."""
        total = measured(self.decode_and_scale)
        total += measured(
            lambda: self.ffmpeg("-i", self.source, "-vn", "-c:a", "aac", "-b:a", "96k", "-f", "null", "-")
        )
        for rendition in self.plan.renditions:
            raw, cap = self._raw_input(rendition), ["-maxrate", f"{rendition.most_kbits}k"]
            cap += ["-bufsize", f"{2 * rendition.most_kbits}k"]
            total += measured(lambda raw=raw, cap=cap: self.ffmpeg(*raw, *self.encoder, *cap, "-f", "null", "-"))
            total -= measured(lambda raw=raw: self.ffmpeg(*raw, "-c", "copy", "-f", "null", "-"))
        return total


def main() -> int:
    """Measure, print, judge."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=int, default=8)
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    costs: dict[str, list[float]] = {"ours": [], "floor": [], "per_rung": []}
    with tempfile.TemporaryDirectory(dir=os.environ.get("BENCH_DIR")) as name:
        bench = Bench(Path(name), options.seconds)
        for _run in range(options.runs):
            costs["ours"].append(measured(bench.ours))
            costs["floor"].append(bench.floor())
            costs["per_rung"].append(measured(bench.per_rung))
    median = {name: statistics.median(values) for name, values in costs.items()}
    to_floor, to_rungs = median["ours"] / median["floor"], median["ours"] / median["per_rung"]
    passed = to_floor <= FLOOR_BAR and to_rungs <= PER_RUNG_BAR
    result = {
        "benchmark": "media",
        "source_seconds": options.seconds,
        "cpu_seconds": {name: round(value, 2) for name, value in median.items()},
        "ours_to_floor": round(to_floor, 3),
        "ours_to_per_rung": round(to_rungs, 3),
        "bars": {"ours_to_floor": FLOOR_BAR, "ours_to_per_rung": PER_RUNG_BAR},
        "passed": passed,
    }
    print(json.dumps(result))
    return 0 if passed else 1


if __name__ == "__main__":
    sys.exit(main())
