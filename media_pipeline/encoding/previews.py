"""Show the beginning of a video while the rest is still being made: its smallest renditions, segment by segment.

``early.m3u8`` names them, in the folder of the attempt, beside the segments that will stay. A player that began with it
goes on to the end of the video: when all is made, its playlists end too. What is verified and current is the row's
``outputs``, never this.
"""

import logging
import threading
from collections.abc import Callable
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor, wait
from pathlib import Path

from media_pipeline.encoding import commands, playlists
from media_pipeline.encoding.commands import Plan
from media_pipeline.encoding.packaging import variant_of
from media_pipeline.encoding.playlists import EARLY, BrokenOutput, Track

logger = logging.getLogger(__name__)
_RENDITIONS = 2  # on most lines these are what plays, and copying more to a bucket would only take longer
_BEAT_EVERY = 1.0  # seconds
# A player would begin a growing playlist at its end, as it does with a live picture (RFC 8216, 4.3.5.2).
_FROM_THE_START = "#EXT-X-START:TIME-OFFSET=0,PRECISE=YES\n#EXT-X-MAP"


class Preview:
    """Publishes what ``plan`` has made so far in ``folder``; ``put`` takes a local file and its name in the attempt."""

    def __init__(self, folder: Path, plan: Plan, put: Callable[[Path, str], None]) -> None:
        self._folder = folder
        self._plan = plan
        self._put = put
        self._there: set[str] = set()
        self._shown: dict[str, int] = {}
        self.is_playable = False

    def look(self) -> None:
        """Publish what is new. What cannot be read or kept just now is tried again at the next look."""
        try:
            variants = [variant_of(self._folder, r, growing=True) for r in self._plan.renditions[-_RENDITIONS:]]
            tracks = [variant.track for variant in variants]
            if self._plan.source.audio_index is not None:
                sound = playlists.read_track(self._folder / commands.AUDIO, commands.PLAYLIST, growing=True)
                tracks.append(sound)
            else:
                sound = None
        except BrokenOutput:
            return  # not begun
        try:
            for track in tracks:
                self._grow(track)
            if not self.is_playable:
                text = playlists.master(variants, sound, rate=self._plan.rate, playlist=EARLY)
                self._write(self._folder / EARLY, text)
                self.is_playable = True
        except OSError as error:
            logger.warning("The beginning of a video could not be shown: %s", error)

    def _grow(self, track: Track) -> None:
        name = track.folder.name
        text = (track.folder / commands.PLAYLIST).read_text()  # may have grown since the track was read
        if self._shown.get(name) == len(text):
            return
        segments = [line for line in text.splitlines() if line and not line.startswith("#")]
        for file in (track.init, *segments):
            if f"{name}/{file}" not in self._there:
                self._put(track.folder / file, f"{name}/{file}")
                self._there.add(f"{name}/{file}")
        self._write(track.folder / EARLY, text.replace("#EXT-X-MAP", _FROM_THE_START))
        self._shown[name] = len(text)

    def _write(self, path: Path, text: str) -> None:
        path.write_text(text)
        self._put(path, str(path.relative_to(self._folder)))


class Showing:
    """Looks at a preview beside the work: a store that is slow or silent holds up neither ffmpeg nor its lease."""

    def __init__(self, folder: Path, plan: Plan, put: Callable[[Path, str], None]) -> None:
        self._over = threading.Event()
        self._put = put
        self._preview = Preview(folder, plan, self._put_until_over)
        self._pool = ThreadPoolExecutor(1, "preview")
        self._looking: Future[None] | None = None

    @property
    def is_playable(self) -> bool:
        """Whether the first segments are where a player finds them."""
        return self._preview.is_playable

    def look(self) -> None:
        """Begin to publish what is new, unless that is still being done."""
        if self._looking is None or self._looking.done():
            self._looking = self._pool.submit(self._preview.look)

    def finish(self, *, beat: Callable[[], None]) -> None:
        """Publish the rest, calling ``beat`` every second meanwhile."""
        for _look in range(2):  # the one that was begun before the end, and one that sees it
            self.look()
            while not wait([self._looking], timeout=_BEAT_EVERY).done:
                beat()
            self._looking.result()

    def close(self) -> None:
        """Put nothing any more from now on; returns when that is so."""
        self._over.set()
        self._pool.shutdown(cancel_futures=True)

    def _put_until_over(self, path: Path, name: str) -> None:
        if self._over.is_set():
            raise CancelledError
        self._put(path, name)
