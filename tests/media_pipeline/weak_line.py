"""A line to a server that breaks: a small TCP relay that cuts connections after a random number of bytes."""

import random
import socket
import threading
from contextlib import suppress
from types import TracebackType
from urllib.parse import urlsplit


class WeakLine:
    """Relays to ``server`` and cuts most connections, either while she sends or before the answer comes back."""

    def __init__(self, server: str, dice: random.Random) -> None:
        target = urlsplit(server)
        self.target = (target.hostname, target.port)
        self.dice = dice
        self.cuts = 0
        self._weak = True
        self._door = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._door.getsockname()[1]}"

    def __enter__(self) -> "WeakLine":
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._door.close()

    def repair(self) -> None:
        """Cut nothing any more."""
        self._weak = False

    def _accept(self) -> None:
        while True:
            try:
                phone, _address = self._door.accept()
            except OSError:
                return
            allowance = None
            luck = self.dice.random()
            if self._weak and luck < 0.75:
                allowance = self.dice.randrange(1, 500_000)
            loses_answer = self._weak and luck > 0.9
            threading.Thread(target=self._relay, args=(phone, allowance, loses_answer), daemon=True).start()

    def _relay(self, phone: socket.socket, allowance: int | None, loses_answer: bool) -> None:
        with phone, socket.create_connection(self.target) as server:
            back = threading.Thread(target=self._answer, args=(server, phone, loses_answer), daemon=True)
            back.start()
            with suppress(OSError):
                while data := phone.recv(16384):
                    if allowance is not None and len(data) >= allowance:
                        server.sendall(data[:allowance])
                        self.cuts += 1
                        break
                    if allowance is not None:
                        allowance -= len(data)
                    server.sendall(data)
            for end in (server, phone):
                with suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)
            back.join(timeout=5)

    def _answer(self, server: socket.socket, phone: socket.socket, loses_answer: bool) -> None:
        with suppress(OSError):
            while data := server.recv(16384):
                if loses_answer:
                    self.cuts += 1
                    phone.shutdown(socket.SHUT_RDWR)
                    return
                phone.sendall(data)
