"""Prepare one file without the site: the same code, no database."""

import json
import shutil
import sys
import time
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from media_pipeline.preparation import Failed, Refused, describe, prepare

STATUS = {"ready": 0, "incomplete": 0, "refused": 1, "failed": 2}


class Command(BaseCommand):
    """``process_video FILE OUT_DIR [--json]``: exit status 0 ready or incomplete, 1 refused, 2 failed."""

    help = "Prepares one video file into a folder, with the same code as the site and without its database."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("out_dir", type=Path)
        parser.add_argument("--json", action="store_true", help="end with one JSON object on the standard output")

    def handle(self, *args: Any, **options: Any) -> None:
        started, cpu = time.monotonic(), time.process_time()
        result = self._prepare(options["file"], options["out_dir"])
        children = result.pop("cpu", 0.0)
        result["seconds"] = {
            "wall": round(time.monotonic() - started, 2),
            "cpu": round(time.process_time() - cpu + children, 2),
        }
        if options["json"]:
            self.stdout.write(json.dumps(result, ensure_ascii=False))
        else:
            self.stdout.write(f"{result['state']}: {result['message'] or options['out_dir']}")
        sys.exit(STATUS[result["state"]])

    def _prepare(self, file: Path, out_dir: Path) -> dict[str, Any]:
        nothing: dict[str, Any] = {
            "source": None,
            "renditions": [],
            "master": None,
            "poster": None,
            "storyboard": None,
            "captions": [],
            "inspection": [],
        }
        if not file.is_file():
            return nothing | {"state": "failed", "reason": "original_missing", "message": f"There is no file {file}."}
        if out_dir.exists() and any(out_dir.iterdir()):
            message = f"{out_dir} is not empty. Name a folder that is empty or does not exist."
            return nothing | {"state": "failed", "reason": "out_dir", "message": message}
        out_dir.mkdir(parents=True, exist_ok=True)
        try:
            prepared = prepare(file, out_dir)
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
        return describe(prepared) | {"cpu": prepared.cpu_seconds}

    def _empty(self, folder: Path) -> None:
        """A failed attempt leaves nothing behind."""
        for path in folder.iterdir():
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink(missing_ok=True)
