"""The command that prepares one file without a database: one JSON object, a status, and nothing left running."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

from tests.media_pipeline.conftest import encoders_of, runs, wait_for


def process_video(path, out, *options):
    root = Path(__file__).resolve().parents[2]
    command = [sys.executable, root / "manage.py", "process_video", path, out, *options]
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "config.settings.test",
        "DATABASE_URL": "sqlite:////nowhere/no.db",
    }
    return subprocess.run(command, capture_output=True, text=True, env=environment, cwd=root)


def test_the_command_line_says_everything_in_one_object_and_needs_no_database(clips, tmp_path):
    done = process_video(clips.plain(), tmp_path / "out", "--json")
    said = json.loads(done.stdout)
    assert done.returncode == 0, done.stderr
    keys = {"state", "reason", "message", "source", "renditions", "master", "poster", "storyboard", "captions",
            "inspection", "seconds"}  # fmt: skip
    assert keys <= set(said)
    assert (said["state"], said["reason"]) == ("ready", "")
    assert (tmp_path / "out" / said["master"]).is_file()
    assert said["seconds"]["cpu"] > 0


def test_the_command_line_refuses_a_playlist_and_leaves_nothing(tmp_path):
    path = tmp_path / "video.mp4"
    path.write_text("#EXTM3U\n/etc/passwd\n")
    done = process_video(path, tmp_path / "out", "--json")
    said = json.loads(done.stdout)
    assert done.returncode == 1
    assert (said["state"], said["reason"]) == ("refused", "playlist")
    assert not list((tmp_path / "out").iterdir())


def test_a_killed_worker_leaves_no_ffmpeg_behind(clips, tmp_path):
    long_clip = clips.make("long.mp4", size="1280x720", seconds="8", sound=False)
    root = Path(__file__).resolve().parents[2]
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings.test", "MEDIA_LESSON": "speed=veryslow"}
    command = [sys.executable, root / "manage.py", "process_video", long_clip, tmp_path / "out"]
    worker = subprocess.Popen(command, env=environment, cwd=root, stdout=subprocess.DEVNULL)
    children = wait_for(lambda: encoders_of(worker.pid))
    worker.send_signal(signal.SIGKILL)
    worker.wait()
    assert wait_for(lambda: not any(runs(pid) for pid in children))
