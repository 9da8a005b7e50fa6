"""Starting and stopping everything with one command."""

import runpy
import socket
import sys
import time
from functools import partial
from types import SimpleNamespace

import pytest
from django.core.management import CommandError, call_command

from website.processes import RESTARTS, DidNotStart, Processes, beats, port_is_free


def test_a_taken_port_is_one_sentence_with_a_way_on(settings):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = settings.SERVE_PORT = taken.getsockname()[1]

        assert not port_is_free("127.0.0.1", port)
        with pytest.raises(CommandError, match=f"make run PORT={port + 1}"):
            call_command("serve")


def test_a_missing_ffmpeg_is_one_sentence_with_the_command_that_mends_it(settings):
    settings.MEDIA_PIPELINE_FFMPEG, settings.SERVE_PORT = "/nowhere/ffmpeg", 0
    with pytest.raises(CommandError, match="FFMPEG names /nowhere/ffmpeg"):
        call_command("serve")


def test_a_child_that_ends_while_starting_is_named(tmp_path):
    processes = Processes()
    processes.start("worker", [sys.executable, "-c", "raise SystemExit(3)"], cwd=tmp_path, environment={})

    with pytest.raises(DidNotStart, match="The worker stopped while starting"):
        processes.wait_for_all(ready={"worker": lambda: False}, seconds=30)


def test_stopping_ends_even_a_child_that_does_not_listen(tmp_path):
    deaf = "import signal, pathlib, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); "
    deaf += "pathlib.Path('alive').touch(); time.sleep(60)"
    processes = Processes()
    started = time.time() - 1
    processes.start("worker", [sys.executable, "-c", deaf], cwd=tmp_path, environment={})
    processes.wait_for_all(ready={"worker": partial(beats, tmp_path / "alive", since=started)}, seconds=30)

    processes.stop(seconds=0.5)

    assert processes.fallen() == "worker"


def test_a_child_that_falls_is_started_again_but_not_for_ever(tmp_path):
    processes = Processes()
    once = "import pathlib; pathlib.Path('starts').open('a').write('x')"
    processes.start("worker", [sys.executable, "-c", once], cwd=tmp_path, environment={})

    def fall_and_start_again() -> None:
        processes.children["worker"].process.wait()
        processes.restart("worker")

    for _again in range(RESTARTS - 1):
        fall_and_start_again()
    with pytest.raises(DidNotStart, match="The worker keeps stopping"):
        fall_and_start_again()

    assert (tmp_path / "starts").read_text() == "x" * RESTARTS


@pytest.mark.skipif(not hasattr(socket, "TCP_DEFER_ACCEPT"), reason="Linux only")
def test_a_connection_on_which_nothing_comes_takes_no_thread(settings):
    ready = runpy.run_path(str(settings.BASE_DIR / "gunicorn.conf.py"))["when_ready"]
    with socket.create_server(("127.0.0.1", 0)) as listener, socket.socket() as browser:
        ready(SimpleNamespace(LISTENERS=[SimpleNamespace(sock=listener)]))
        listener.settimeout(0.5)
        browser.connect(listener.getsockname())
        with pytest.raises(TimeoutError):
            listener.accept()
        browser.sendall(b"GET / HTTP/1.1\r\n")
        listener.settimeout(5)
        accepted, _address = listener.accept()
        with accepted:
            assert accepted.recv(3) == b"GET"
