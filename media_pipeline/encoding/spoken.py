"""A recording of a voice alone becomes a film with one plain picture, so that every player and rendition takes it."""

from pathlib import Path

from media_pipeline.probing import sources
from media_pipeline.programs.running import Limits, Watch, run

COLOUR, SIZE, RATE = "0x2b2320", "426x240", 5
_LIMITS = Limits(seconds=300, memory=1_500_000_000, cpu=120, file_size=200_000_000, stall=60)


class NothingHeard(Exception):
    """There is no sound in the file that can be read; the message is what ffmpeg said."""


def pictured(program: Path, path: Path, target: Path, *, seconds: int, watch: Watch) -> None:
    """Write up to ``seconds`` of the sound of ``path`` with a plain picture to ``target``. Raises NothingHeard."""
    trusted = ["-protocol_whitelist", sources.PROTOCOLS, "-format_whitelist", sources.FORMATS]
    quiet = ["-nostdin", "-v", "error", "-progress", "pipe:1", "-y"]
    # A picture has no end of its own, and "the shortest" ends it a second late.
    listen = [*quiet, *trusted, "-i", f"file:{path}", "-map", "0:a:0", "-c", "copy", "-f", "null", "-"]
    heard = run([str(program), *listen], limits=_LIMITS, watch=watch)
    if not heard.done_ms:
        raise NothingHeard(heard.stderr[-500:])
    length = min(seconds, heard.done_ms / 1000)
    plain = ["-f", "lavfi", "-i", f"color=c={COLOUR}:s={SIZE}:r={RATE}"]
    picture = ["-map", "1:v", "-c:v", "libx264", "-preset", "ultrafast", "-tune", "stillimage", "-pix_fmt", "yuv420p"]
    sound = ["-map", "0:a:0", "-c:a", "aac", "-b:a", "96k", "-ac", "1", "-ar", "48000"]
    ending = ["-map_metadata", "-1", "-t", f"{length:.3f}", "-f", "mp4", str(target)]
    command = [str(program), *quiet, *trusted, "-i", f"file:{path}", *plain, *picture, *sound, *ending]
    outcome = run(command, limits=_LIMITS, watch=watch)
    if outcome.status != 0 or not target.exists() or not target.stat().st_size:
        raise NothingHeard(outcome.stderr[-500:])
