"""Asks an address on the open internet whether anything is there. Knows no Django.

Whoever may write a lesson chooses the address, so it is asked as a stranger would be asked, from outside: only where
the web is, only at addresses that are public, at the very one that was looked at, and each redirection again from the
start. Nothing is sent but what is asked for. docs/decisions/courses-links.md says why.
"""

import ipaddress
import socket
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum
from http.client import HTTPException
from threading import Timer
from urllib.parse import urljoin

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError, NewConnectionError
from urllib3.util import Url, parse_url

LONGEST = 500  # letters of an address
MOST_REDIRECTIONS = 5
REDIRECTIONS = {301, 302, 303, 307, 308}
PORTS: Mapping[str, int] = {"http": 80, "https": 443}
OPEN_IPV6 = ipaddress.IPv6Network("2000::/3")  # global unicast; IPv4 inside IPv6 has other prefixes but these two
UNKNOWN_NAME = {socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME)}


class Outcome(StrEnum):
    """What came of asking. Only ``GONE`` and ``NOWHERE`` say that a link is dead."""

    FINE = "fine"
    GONE = "gone"
    NOWHERE = "nowhere"
    UNSURE = "unsure"


@dataclass(frozen=True)
class Answer:
    """What came of asking, with the status of HTTP where there was one."""

    outcome: Outcome
    status: int | None = None


class NotAsked(Exception):
    """An address that is not for us to ask."""


class NoSuchName(Exception):
    """A host that has no address."""


def addresses_of(host: str, port: int) -> list[str]:
    """Return the addresses of ``host``, version 4 first. Raises NoSuchName, or OSError when nobody can say."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except socket.gaierror as error:
        if error.errno in UNKNOWN_NAME:
            raise NoSuchName(host) from error
        raise
    return [str(entry[4][0]) for entry in sorted(found, key=lambda entry: entry[0] != socket.AF_INET)]


def is_open(address: str) -> bool:
    """Say whether an address is one of the open internet, and of one computer."""
    ip = ipaddress.ip_address(address)
    if not ip.is_global or ip.is_multicast:
        return False
    return ip.version == 4 or (ip in OPEN_IPV6 and ip.sixtofour is None and ip.teredo is None)


@dataclass(frozen=True)
class Asker:
    """Asks in the name of ``user_agent``; an address and all its redirections have ``seconds`` together.

    A test says how names are resolved, which addresses are open, and where the ports are.
    """

    user_agent: str
    seconds: float = 30
    silence: float = 10  # seconds, between two signs of life
    resolve: Callable[[str, int], list[str]] = addresses_of
    is_open: Callable[[str], bool] = is_open
    ports: Mapping[str, int] = field(default_factory=lambda: PORTS)

    def ask(self, address: str) -> Answer:
        """Return what ``address`` answers in the end."""
        until = time.monotonic() + self.seconds
        try:
            for _step in range(MOST_REDIRECTIONS + 1):
                status, location = self._answer(address, until)
                if status not in REDIRECTIONS or not location:
                    return Answer(_outcome(status), status)
                address = urljoin(address, location)
        except NoSuchName:
            return Answer(Outcome.NOWHERE)
        except NewConnectionError as error:
            refused = isinstance(error.__cause__, ConnectionRefusedError)
            return Answer(Outcome.NOWHERE if refused else Outcome.UNSURE)
        except (
            NotAsked,
            HTTPError,
            HTTPException,
            OSError,
            ValueError,
        ):  # a hostile address or answer may break any rule
            return Answer(Outcome.UNSURE)
        return Answer(Outcome.UNSURE)

    def _answer(self, address: str, until: float) -> tuple[int, str | None]:
        """Return status and redirection; who answers HEAD with a refusal is asked with GET for the first byte."""
        url = _allowed(address)
        status, location = self._request("HEAD", url, until)
        if status < 400 or status == 429:
            return status, location
        return self._request("GET", url, until)

    def _request(self, method: str, url: Url, until: float) -> tuple[int, str | None]:
        left = until - time.monotonic()
        if left <= 0:
            raise NotAsked
        connection = self._connection(url)
        end = Timer(left, _hang_up, [connection])  # one byte now and then would never be silence
        end.start()
        try:
            headers = {"Host": url.host or "", "User-Agent": self.user_agent, "Accept": "*/*"}
            if method == "GET":
                headers["Range"] = "bytes=0-0"
            connection.request(method, url.request_uri, headers=headers, preload_content=False)
            response = connection.getresponse()
            return response.status, response.headers.get("Location")
        finally:
            end.cancel()
            connection.close()

    def _connection(self, url: Url) -> HTTPConnection:
        """Return a connection to the very address that was looked at."""
        host, port = (url.host or "").strip("[]"), self.ports[url.scheme or ""]
        found = self.resolve(host, port)
        if not found or not all(map(self.is_open, found)):
            raise NotAsked
        if url.scheme == "http":
            return HTTPConnection(found[0], port, timeout=self.silence)
        return HTTPSConnection(found[0], port, timeout=self.silence, server_hostname=host, assert_hostname=host)


def _allowed(address: str) -> Url:
    """Return the parts of a web address. Raises NotAsked for one with a password or another port, and for any other."""
    if len(address) > LONGEST:
        raise NotAsked
    url = parse_url(address)
    if url.scheme not in PORTS or not url.host or url.auth or url.port not in (None, PORTS[url.scheme]):
        raise NotAsked
    return url


def _outcome(status: int) -> Outcome:
    if status < 400 or status == 416:  # it has no first byte, but it is there
        return Outcome.FINE
    return Outcome.GONE if status in (404, 410) else Outcome.UNSURE


def _hang_up(connection: HTTPConnection) -> None:
    with suppress(OSError):
        if connection.sock:
            connection.sock.shutdown(socket.SHUT_RDWR)
