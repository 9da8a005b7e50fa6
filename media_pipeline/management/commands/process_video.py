"""Prepare one file without the site: the same code, no database."""

import json
import resource
import shutil
import sys
import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from media_pipeline.encoding.presets import Preset, preset_for
from media_pipeline.preparation import Failed, Refused, describe, prepare

STATUS = {"ready": 0, "incomplete": 0, "refused": 1, "failed": 2}


def _cpu_seconds() -> float:
    """Of this process and of every program it has started and seen end."""
    usages = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


class Command(BaseCommand):
    """``process_video FILE OUT_DIR [--use USE] [--json]``: exit status 0 ready or incomplete, 1 refused, 2 failed."""

    help = "Prepares one video file into a folder, with the same code as the site and without its database."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("out_dir", type=Path)
        parser.add_argument("--use", default="lesson", choices=sorted(settings.MEDIA_PIPELINE_PRESETS))
        parser.add_argument("--json", action="store_true", help="end with one JSON object on the standard output")

    def handle(self, *args: Any, **options: Any) -> None:
        started, cpu = time.monotonic(), _cpu_seconds()
        result = self._prepare(options["file"], options["out_dir"], preset_for(options["use"]))
        result["seconds"] = {
            "wall": round(time.monotonic() - started, 2),
            "cpu": round(_cpu_seconds() - cpu, 2),
        }
        if options["json"]:
            self.stdout.write(json.dumps(result, ensure_ascii=False))
        else:
            self.stdout.write(f"{result['state']}: {result['message'] or options['out_dir']}")
        sys.exit(STATUS[result["state"]])

    def _prepare(self, file: Path, out_dir: Path, preset: Preset) -> dict[str, Any]:
        nothing: dict[str, Any] = {
            "source": None,
            "renditions": [],
            "master": None,
            "poster": None,
            "storyboard": None,
            "waveform": None,
            "captions": [],
            "inspection": [],
        }
        if not file.is_file():
            return nothing | {"state": "failed", "reason": "original_missing", "message": f"There is no file {file}."}
        try:
            out_dir.mkdir(parents=True, exist_ok=True)
            is_empty = not any(out_dir.iterdir())
        except OSError as error:
            return nothing | {"state": "failed", "reason": "out_dir", "message": f"{out_dir}: {error.strerror}."}
        if not is_empty:
            message = f"{out_dir} is not empty. Name a folder that is empty or does not exist."
            return nothing | {"state": "failed", "reason": "out_dir", "message": message}
        try:
            prepared = prepare(file, out_dir, preset=preset)
        except Refused as refused:
            self._empty(out_dir)
            return nothing | {"state": "refused", "reason": refused.reason, "message": refused.message}
        except Failed as failed:
            self._empty(out_dir)
            self.stderr.write(failed.detail)
            return nothing | {"state": "failed", "reason": failed.reason, "message": failed.message}
        except BaseException:
            self._empty(out_dir)
            raise
        return describe(prepared)

    def _empty(self, folder: Path) -> None:
        """A failed attempt leaves nothing behind."""
        for path in folder.iterdir():
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink(missing_ok=True)
