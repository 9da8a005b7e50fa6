"""Ports for servers that tests start, some of them minutes later, or once more after a stop."""

import random
import socket

# Below those that the system gives to connections, Linux from 32768 and macOS from 49152: what is free here stays free.
SERVERS = range(20_000, 32_000)


def free_ports(count: int) -> list[int]:
    """Return ``count`` ports of this machine on which nobody listens."""
    chosen = random.SystemRandom().sample(SERVERS, 20 * count)  # Hypothesis sets the seed of all other chance
    free = [port for port in chosen if _is_free(port)]
    if len(free) < count:
        raise RuntimeError(f"Of {len(chosen)} ports only {len(free)} are free.")
    return free[:count]


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
