"""How gunicorn serves the site; every figure can be changed with gunicorn's own options or GUNICORN_CMD_ARGS."""

import gc
import multiprocessing
import socket

pythonpath = "site"
wsgi_app = "config.wsgi"
bind = "0.0.0.0:8000"
worker_class = "gthread"
workers = min(multiprocessing.cpu_count(), 4)
preload_app = True  # loaded once, then forked: less memory, and ready sooner
threads = 8  # a slow phone that sends or fetches a video holds one
timeout = 60
graceful_timeout = 10
keepalive = 5
max_requests = 5000
max_requests_jitter = 500
loglevel = "warning"
accesslog = None  # addresses of people are not kept
control_socket_disable = True


def pre_fork(server: object, worker: object) -> None:
    """Let Python look for lost objects less often, and not among the loaded site: a tenth of the time of a page.

    What is not looked at is not written to either, so that the workers go on sharing its memory.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


def when_ready(server: object) -> None:
    """Let the kernel hold a new connection until something comes on it; here it would hold a thread for seconds."""
    for listener in server.LISTENERS:
        if hasattr(socket, "TCP_DEFER_ACCEPT") and listener.sock.family != socket.AF_UNIX:
            listener.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_DEFER_ACCEPT, timeout)
