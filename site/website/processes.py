"""Start the web server and the workers as children, wait until they answer, and stop them together."""

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

RESTARTS, RESTARTS_WITHIN = 5, 60.0  # so often in so many seconds is no accident
PR_SET_PDEATHSIG = 1  # Linux prctl(2): the signal a child gets when its parent dies


class DidNotStart(Exception):
    """A child ended, or did not answer in time; the message is for the person at the terminal."""


def port_is_free(host: str, port: int) -> bool:
    """Say whether a server could listen on ``host``:``port`` now."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def _die_with_parent() -> None:
    """In the child: end when the parent is killed, so that no server is left behind."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def beats(path: Path, *, since: float) -> bool:
    """Say whether a worker has written its sign of life to ``path`` since ``since`` (seconds of the epoch)."""
    return path.exists() and path.stat().st_mtime >= since


def answers(url: str) -> bool:
    """Say whether a GET of ``url`` gives a 2xx within two seconds."""
    try:
        with urllib.request.urlopen(url, timeout=2) as response:  # noqa: S310 - our own address
            return 200 <= response.status < 300
    except (urllib.error.URLError, OSError):
        return False


@dataclass
class Child:
    """One child and how it is started."""

    command: list[str]
    cwd: Path
    environment: dict[str, str]
    process: subprocess.Popen[bytes] = field(init=False)
    restarts: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.start()

    def start(self) -> None:
        """Start it in a session of its own, so that Ctrl-C reaches only the parent, which then stops all."""
        self.process = subprocess.Popen(
            self.command,
            cwd=self.cwd,
            env={**os.environ, **self.environment},
            start_new_session=True,
            preexec_fn=_die_with_parent,
        )


@dataclass
class Processes:
    """The children of one ``serve``; stopped in the reverse order of their start."""

    children: dict[str, Child] = field(default_factory=dict)

    def start(self, name: str, command: Sequence[str], *, cwd: Path, environment: dict[str, str]) -> None:
        """Start ``command`` as the child ``name``."""
        self.children[name] = Child(list(command), cwd, environment)

    def restart(self, name: str) -> None:
        """Start a fallen child again. Raises DidNotStart when it falls again and again."""
        child = self.children[name]
        child.restarts = [*child.restarts, time.monotonic()][-RESTARTS:]
        if len(child.restarts) == RESTARTS and child.restarts[-1] - child.restarts[0] < RESTARTS_WITHIN:
            raise DidNotStart(f"The {name} keeps stopping; its message is above.")
        child.start()

    def fallen(self) -> str | None:
        """Return the name of a child that has ended by itself, or None."""
        return next((name for name, child in self.children.items() if child.process.poll() is not None), None)

    def wait_for_all(self, *, ready: dict[str, Callable[[], bool]], seconds: float) -> None:
        """Wait until every check in ``ready`` is true. Raises DidNotStart when a child ends or time is up."""
        until = time.monotonic() + seconds
        waiting = dict(ready)
        while waiting:
            if name := self.fallen():
                raise DidNotStart(f"The {name} stopped while starting; its message is above.")
            if time.monotonic() > until:
                raise DidNotStart(f"No answer from: {', '.join(waiting)}, after {seconds:.0f} seconds.")
            waiting = {name: check for name, check in waiting.items() if not check()}
            time.sleep(0.1)

    def stop(self, *, seconds: float = 15) -> None:
        """Ask every child to end, then insist after ``seconds``."""
        running = [one.process for one in reversed(self.children.values()) if one.process.poll() is None]
        for child in running:
            child.terminate()
        until = time.monotonic() + seconds
        for child in running:
            try:
                child.wait(timeout=max(0.1, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                os.killpg(child.pid, signal.SIGKILL)
                child.wait()
