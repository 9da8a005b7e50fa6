"""Become another program under limits. Run as a script, never imported by the site.

``python -I -S child.py PARENT MEMORY CPU FILE NICE PROGRAM [ARGUMENT…]``: bytes, CPU seconds, 0 for no limit.
The limits are set between fork and exec by this small program, because Python's own ``preexec_fn`` is not safe beside
threads. Memory is what the program may write to (RLIMIT_DATA; since Linux 4.7 that is all of it): libraries and address
space that is only reserved do not count, so the limit can be close to what honest work needs. The program dies with its
parent (PR_SET_PDEATHSIG), so that a killed worker leaves no ffmpeg behind.
"""

import contextlib
import os
import resource
import signal
import sys

PR_SET_PDEATHSIG = 1


def die_with(parent: int) -> None:
    """Ask Linux to kill this process when its parent ends; elsewhere the worker's own clean-up has to do."""
    if not sys.platform.startswith("linux"):
        return
    import ctypes

    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it ended before we asked
        sys.exit(1)


def limit(kind: int, value: int) -> None:
    """Lower one limit; a system that does not know it keeps its own."""
    if value:
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(kind, (value, value))


def main(arguments: list[str]) -> None:
    """Set the limits and become the program."""
    parent, memory, cpu, file_size, nice = (int(value) for value in arguments[:5])
    die_with(parent)
    os.nice(nice)
    limit(resource.RLIMIT_DATA, memory)
    limit(resource.RLIMIT_CPU, cpu)
    limit(resource.RLIMIT_FSIZE, file_size)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    for ignored in (signal.SIGPIPE, signal.SIGXFSZ):  # Python ignores these, and a new program would inherit that
        signal.signal(ignored, signal.SIG_DFL)
    os.execv(arguments[5], arguments[5:])  # noqa: S606  an argument list, never a shell


if __name__ == "__main__":
    main(sys.argv[1:])
