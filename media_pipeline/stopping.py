"""Notice that this worker is asked to stop, so that its job can be given back instead of being lost."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class Stopping(Exception):
    """The worker was asked to stop."""


@contextmanager
def noticing() -> Iterator[threading.Event]:
    """Give an event that is set when the process is asked to stop.

    When the block ends, the signal is passed on to whoever handled it before, so the worker then stops as it always
    does. Only the main thread may handle signals; in another one the event stays unset and the lease has to do.
    """
    asked = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield asked
        return
    received: list[int] = []

    def note(number: int, _frame: FrameType | None) -> None:
        received.append(number)
        asked.set()

    before = {number: signal.signal(number, note) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield asked
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        if received:
            signal.raise_signal(received[0])
