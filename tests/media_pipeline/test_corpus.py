"""A folder of odd files through the command line: each is ready, kept in part or refused, always with a reason."""

import io
import json
import os
import tempfile
from pathlib import Path

import pytest
from django.core.management import call_command

from tests.media_pipeline import corpus

pytestmark = pytest.mark.slow
KEYS = {
    "state", "reason", "message", "source", "renditions", "master", "poster", "storyboard", "captions", "inspection",
    "seconds",
}  # fmt: skip
NAMES = [*corpus.WRITTEN, *corpus.COPIED, *corpus.CHANGED]
STATUS = {"ready": 0, "incomplete": 0, "refused": 1, "failed": 2}


@pytest.fixture(scope="module")
def odd_files(tmp_path_factory):
    """The whole corpus: file → the states it may end in."""
    return {path.name: (path, states) for path, states in corpus.make(tmp_path_factory.mktemp("odd")).items()}


def children():
    """Whatever this process has started and that still lives."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, parent = stat.read_text().rsplit(")", 1)[1].split()[:2]
        except OSError:
            continue
        if parent == str(os.getpid()) and state != "Z":
            found.append(stat.parent.name)
    return set(found)


def test_there_are_at_least_forty():
    assert len(NAMES) >= 40


@pytest.mark.parametrize("name", NAMES)
def test_an_odd_file_ends_in_a_state_with_a_reason_and_leaves_nothing(name, odd_files, tmp_path, monkeypatch):
    """No database is open to this test, as none is to the command."""
    path, states = odd_files[name]
    temporary, out = tmp_path / "tmp", tmp_path / "out"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    beside, alive, before = sorted(path.parent.iterdir()), children(), path.read_bytes()
    said = io.StringIO()

    with pytest.raises(SystemExit) as ended:
        call_command("process_video", str(path), str(out), json=True, stdout=said, stderr=io.StringIO())

    result = json.loads(said.getvalue())
    assert result.keys() >= KEYS
    assert result["state"] in states, result["reason"]
    assert ended.value.code == STATUS[result["state"]]
    assert bool(result["reason"]) == bool(result["message"]) == (result["state"] != "ready")
    if result["state"] == "refused":
        assert not list(out.iterdir())
    else:
        assert all((out / result[made]).stat().st_size for made in ("master", "mp4", "poster", "storyboard"))
        assert b"48.8577" not in b"".join(each.read_bytes() for each in out.rglob("*") if each.is_file())
    assert children() <= alive
    assert not list(temporary.iterdir())
    assert sorted(path.parent.iterdir()) == beside
    assert path.read_bytes() == before
