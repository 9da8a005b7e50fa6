"""Run one program on a file we do not trust: own process group, limits, timeouts, progress, no shell."""

import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

CHILD = Path(__file__).with_name("child.py")
_STDOUT_MOST = 8_000_000
_STDERR_MOST = 16_000
_LOOK_EVERY = 0.5
_ASLEEP = 0.01  # of the time: whoever works less is waiting for something
# Few arenas: without this glibc reserves far more address space than the program uses.
_ENVIRONMENT = {"PATH": os.defpath, "LC_ALL": "C.UTF-8", "MALLOC_ARENA_MAX": "2", "OPENBLAS_NUM_THREADS": "1"}


class TimedOut(Exception):
    """The program ran longer than it may."""


class Hung(Exception):
    """The program lives, but has not moved for too long."""


class Watch(Protocol):
    """Is told again and again that the program runs; may raise to have it killed."""

    def tick(self, done_ms: int | None) -> None:
        """``done_ms`` is how much of the video is done, None where the program does not say."""


class Unwatched:
    """Lets the program run to its end."""

    def tick(self, done_ms: int | None) -> None:
        """Do nothing."""


@dataclass(frozen=True)
class Limits:
    """What the program may use: seconds of time, of CPU, of standing still; bytes of memory and of one file."""

    seconds: float
    memory: int = 0
    cpu: int = 0
    file_size: int = 0
    stall: float = 0
    nice: int = 5


@dataclass
class Outcome:
    """How the program ended; ``status`` is negative for a signal, as in subprocess."""

    status: int
    stdout: bytes
    stderr: str
    cpu_seconds: float
    most_memory: int

    @property
    def done_ms(self) -> int | None:
        """How much of the video ffmpeg says it has done; None when it did not say, or did nothing."""
        marks = [line.partition(b"=")[2] for line in self.stdout.splitlines() if line.startswith(b"out_time_us=")]
        numbers = [int(mark) for mark in marks if mark.isdigit()]
        return numbers[-1] // 1000 if numbers and numbers[-1] > 0 else None


@dataclass
class _Reader:
    """Collects what the program says, and finds the progress in it."""

    stdout: bytearray = field(default_factory=bytearray)
    stderr: bytearray = field(default_factory=bytearray)
    done_ms: int | None = None
    moved_at: float = field(default_factory=time.monotonic)
    _line: bytes = b""
    _marks: dict[bytes, bytes] = field(default_factory=dict)

    def take(self, name: str, data: bytes) -> None:
        """Keep what arrived: the beginning of stdout, the end of stderr."""
        if name == "stderr":
            self.stderr += data
            del self.stderr[:-_STDERR_MOST]
            return
        if len(self.stdout) < _STDOUT_MOST:
            self.stdout += data
        *lines, self._line = (self._line + data).split(b"\n")
        for line in lines:
            self._progress(line)

    def _progress(self, line: bytes) -> None:
        key, _equals, value = line.strip().partition(b"=")
        if key not in (b"frame", b"out_time_us", b"total_size") or self._marks.get(key) == value:
            return
        self._marks[key] = value
        self.moved_at = time.monotonic()
        if key == b"out_time_us" and value.lstrip(b"-").isdigit():
            self.done_ms = max(0, int(value) // 1000)


@dataclass
class _Stall:
    """Tells a program that hangs from one that is only given little of a busy machine."""

    pid: int
    most: float
    _moved_at: float = 0.0
    _cpu_then: float = 0.0

    def look(self, moved_at: float, now: float) -> None:
        """Raise Hung when it has not moved for long and in that time slept, or worked as long for nothing."""
        if moved_at != self._moved_at:
            self._moved_at, self._cpu_then = moved_at, self._cpu()
        waited = now - moved_at
        if not self.most or waited <= self.most:
            return
        worked = self._cpu() - self._cpu_then
        if worked < _ASLEEP * waited or worked > self.most:
            raise Hung(f"no progress for {waited:.0f} s, in {worked:.1f} s of work")

    def _cpu(self) -> float:
        """The CPU seconds it has used; 0 where the system does not say, so that the clock alone counts (proc(5))."""
        try:
            user, system = Path(f"/proc/{self.pid}/stat").read_text().rsplit(")", 1)[1].split()[11:13]
        except (OSError, ValueError):
            return 0.0
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def run(argv: Sequence[str | Path], *, limits: Limits, watch: Watch | None = None, cwd: Path | None = None) -> Outcome:
    """Run ``argv`` and return how it ended. Raises TimedOut, Hung, or what ``watch`` raises; none leaves it alive."""
    numbers = [os.getpid(), limits.memory, limits.cpu, limits.file_size, limits.nice]
    command = [sys.executable, "-I", "-S", CHILD, *numbers, *argv]
    process = subprocess.Popen(
        [os.fspath(part) if isinstance(part, Path) else str(part) for part in command],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=_ENVIRONMENT,
        cwd=cwd,
        start_new_session=True,
    )
    reader = _Reader()
    try:
        _follow(process, reader, limits, watch or Unwatched())
    except BaseException:
        _kill(process)
        raise
    finally:
        for stream in (process.stdout, process.stderr):
            if stream is not None:
                stream.close()
    usage = _reap(process)
    _kill_group(process.pid)
    return Outcome(
        status=process.returncode,
        stdout=bytes(reader.stdout),
        stderr=reader.stderr.decode(errors="replace"),
        cpu_seconds=usage[0],
        most_memory=usage[1],
    )


def _follow(process: "subprocess.Popen[bytes]", reader: _Reader, limits: Limits, watch: Watch) -> None:
    """Read until both streams end, looking at the clocks twice a second."""
    started, stall = time.monotonic(), _Stall(process.pid, limits.stall)
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ, "stdout")
        selector.register(process.stderr, selectors.EVENT_READ, "stderr")
        while selector.get_map():
            for key, _events in selector.select(_LOOK_EVERY):
                data = os.read(key.fd, 65536)
                if data:
                    reader.take(key.data, data)
                else:
                    selector.unregister(key.fileobj)
            now = time.monotonic()
            watch.tick(reader.done_ms)
            if now - started > limits.seconds:
                raise TimedOut(f"{limits.seconds:.0f} s")
            stall.look(reader.moved_at, now)


def _reap(process: "subprocess.Popen[bytes]") -> tuple[float, int]:
    """Wait for the end; return the CPU seconds and the most memory in bytes it used."""
    _pid, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024


def _kill_group(pid: int) -> None:
    try:
        os.killpg(pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return  # nobody is left


def _kill(process: "subprocess.Popen[bytes]") -> None:
    _kill_group(process.pid)
    process.wait()
