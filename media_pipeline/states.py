"""The states of a video and of a job, and the moves between them. Knows no Django."""

from collections.abc import Mapping
from enum import StrEnum


class AssetState(StrEnum):
    """How far a video has come, from the last byte uploaded to something that plays."""

    RECEIVED = "received"  # all bytes are here, nobody has looked yet
    CHECKING = "checking"  # being probed
    PREPARING = "preparing"  # being encoded
    READY = "ready"
    INCOMPLETE = "incomplete"  # plays, but its end is missing
    REFUSED = "refused"  # will never play; she must send another file
    FAILED = "failed"  # we could not, though it may be a good file


class JobState(StrEnum):
    """Where the work on one video stands."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


ASSET_MOVES: Mapping[AssetState, frozenset[AssetState]] = {
    AssetState.RECEIVED: frozenset({AssetState.CHECKING, AssetState.FAILED}),
    AssetState.CHECKING: frozenset({AssetState.PREPARING, AssetState.REFUSED, AssetState.FAILED, AssetState.RECEIVED}),
    AssetState.PREPARING: frozenset(
        {AssetState.READY, AssetState.INCOMPLETE, AssetState.REFUSED, AssetState.FAILED, AssetState.RECEIVED}
    ),
    AssetState.READY: frozenset(),
    AssetState.INCOMPLETE: frozenset(),
    AssetState.REFUSED: frozenset(),
    AssetState.FAILED: frozenset({AssetState.RECEIVED}),
}

JOB_MOVES: Mapping[JobState, frozenset[JobState]] = {
    JobState.WAITING: frozenset({JobState.RUNNING, JobState.CANCELLED}),
    JobState.RUNNING: frozenset({JobState.WAITING, JobState.DONE, JobState.FAILED, JobState.CANCELLED}),
    JobState.DONE: frozenset(),
    JobState.FAILED: frozenset({JobState.WAITING}),
    JobState.CANCELLED: frozenset({JobState.WAITING}),
}

PLAYABLE = frozenset({AssetState.READY, AssetState.INCOMPLETE})
SETTLED = PLAYABLE | {AssetState.REFUSED, AssetState.FAILED}
UNFINISHED = frozenset({JobState.WAITING, JobState.RUNNING})


class MoveNotAllowed(ValueError):
    """A row was asked to move to a state that does not follow from the one it is in."""


def check_asset_move(current: str, to: str) -> None:
    """Raise :class:`MoveNotAllowed` unless a video may go from ``current`` to ``to``."""
    if AssetState(to) not in ASSET_MOVES[AssetState(current)]:
        raise MoveNotAllowed(f"A video that is {current} cannot become {to}.")


def check_job_move(current: str, to: str) -> None:
    """Raise :class:`MoveNotAllowed` unless a job may go from ``current`` to ``to``."""
    if JobState(to) not in JOB_MOVES[JobState(current)]:
        raise MoveNotAllowed(f"A job that is {current} cannot become {to}.")
