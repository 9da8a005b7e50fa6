"""Asking other sites: what is there, what is not, and every way into our own network that an address could be."""

import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import quote, unquote

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from courses.checking.asking import Answer, Asker, NoSuchName, Outcome, is_open

HERE = "127.0.0.1"
UNSURE, NOWHERE = Answer(Outcome.UNSURE), Answer(Outcome.NOWHERE)


@dataclass
class Elsewhere:
    """Another site, in this process; ``asked`` is what reached it."""

    port: int = 0
    asked: list = field(default_factory=list)

    def asker(self, **changes):
        """Somebody who takes our own port for the web, and this computer for the open internet."""
        names = {"inside.example": "10.0.0.1", "localhost": "::1"}
        defaults = {
            "user_agent": "Hearthlight link check (+https://hearthlight.example)",
            "resolve": lambda host, port: [names.get(host, host if host[0].isdigit() or ":" in host else HERE)],
            "is_open": lambda address: address == HERE or is_open(address),
            "ports": {"http": self.port, "https": self.port},
            "seconds": 5,
            "silence": 2,
        }
        return Asker(**(defaults | changes))

    def ask(self, path="/", **changes):
        return self.asker(**changes).ask(f"http://elsewhere.example{path}")


class Page(BaseHTTPRequestHandler):
    """Answers by its path: /200, /404, /to/<address>, /loop, /slow, /endless, /no-head."""

    protocol_version = "HTTP/1.1"

    def do_HEAD(self):
        path = unquote(self.path)
        self.server.elsewhere.asked.append((self.command, path, dict(self.headers)))
        with suppress(OSError):
            self._answer(*path[1:].split("/", 1))

    do_GET = do_HEAD

    def _answer(self, kind, rest=""):
        if kind == "slow":
            self._slowly()
        elif kind == "endless" and self.command == "GET":
            self.send_response(200)
            self.end_headers()
            while True:
                self.wfile.write(b"x" * 65536)
        elif kind in ("to", "loop"):
            self._status(302, Location=rest or "/loop")
        elif kind in ("no-head", "endless"):
            self._status(405 if self.command == "HEAD" else 206)
        else:
            self._status(int(kind or 200))

    def _slowly(self):
        for letter in b"HTTP/1.1 200 OK\r\nX-Slow: " + b"x" * 1000:
            self.wfile.write(bytes([letter]))
            time.sleep(0.2)

    def _status(self, status, **headers):
        self.send_response(status)
        for name, value in (headers | {"Content-Length": "0"}).items():
            self.send_header(name, value)
        self.end_headers()

    def log_message(self, *args):
        """Keep the tests' output clean."""


@contextmanager
def serving(context: ssl.SSLContext | None = None) -> Iterator[Elsewhere]:
    server = ThreadingHTTPServer((HERE, 0), Page)
    server.handle_error = lambda *args: None
    if context:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    server.daemon_threads = True
    server.elsewhere = Elsewhere(port=server.server_port)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield server.elsewhere
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture(scope="module")
def site():
    with serving() as elsewhere:
        yield elsewhere


@pytest.fixture
def elsewhere(site):
    site.asked.clear()
    return site


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (200, Outcome.FINE),
        (204, Outcome.FINE),
        (304, Outcome.FINE),
        (416, Outcome.FINE),
        (404, Outcome.GONE),
        (410, Outcome.GONE),
        (400, Outcome.UNSURE),
        (401, Outcome.UNSURE),
        (403, Outcome.UNSURE),
        (429, Outcome.UNSURE),
        (451, Outcome.UNSURE),
        (500, Outcome.UNSURE),
        (503, Outcome.UNSURE),
    ],
)
def test_only_what_is_certainly_gone_is_called_so(elsewhere, status, outcome):
    assert elsewhere.ask(f"/{status}") == Answer(outcome, status)


def test_who_does_not_answer_head_is_asked_for_the_first_byte(elsewhere):
    assert elsewhere.ask("/no-head") == Answer(Outcome.FINE, 206)
    assert [command for command, _path, _headers in elsewhere.asked] == ["HEAD", "GET"]
    assert elsewhere.asked[1][2]["Range"] == "bytes=0-0"


def test_it_says_who_asks_and_nothing_else(elsewhere, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    elsewhere.ask("/200?a=1")
    (_command, path, headers), *_rest = elsewhere.asked
    assert path == "/200?a=1"
    assert headers == {
        "Host": "elsewhere.example",
        "User-Agent": "Hearthlight link check (+https://hearthlight.example)",
        "Accept": "*/*",
        "Accept-Encoding": "identity",
    }


def test_redirections_are_followed_up_to_five(elsewhere):
    assert elsewhere.ask("/to//200").outcome == Outcome.FINE
    assert elsewhere.ask("/to/http://other.example/404") == Answer(Outcome.GONE, 404)
    elsewhere.asked.clear()
    assert elsewhere.ask("/loop") == UNSURE
    assert len(elsewhere.asked) == 6


NOT_OF_THE_OPEN_WEB = [
    "file:///etc/passwd",
    "ftp://elsewhere.example/",
    "gopher://elsewhere.example/",
    "javascript:alert(1)",
    "http://localhost/200",
    "http://inside.example/200",
    "http://10.0.0.1/200",
    "http://169.254.169.254/latest/meta-data/",
    "http://[::1]/200",
    "http://[::ffff:127.0.0.1]/200",
    "http://[::ffff:7f00:1]/200",
    "http://[fe80::1%25eth0]/200",
    "http://user:pw@elsewhere.example/200",
    "http://user@elsewhere.example/200",
    "http://elsewhere.example:22/200",
    "https://elsewhere.example:80/200",
    "http://elsewhere.example:99999/200",
]
NO_ADDRESSES = [
    "http:///200",
    "http://",
    "http://[",
    "//elsewhere.example/200",
    "http://elsewhere.example/" + "x" * 300_000,
    "http://" + "x" * 64 + "é.example/200",
    "",
]


@pytest.mark.parametrize("address", NOT_OF_THE_OPEN_WEB + NO_ADDRESSES, ids=lambda address: address[:40])
def test_what_is_not_of_the_open_web_is_not_asked(elsewhere, address):
    assert elsewhere.asker().ask(address) == UNSURE
    assert elsewhere.asked == []


@pytest.mark.parametrize("address", NOT_OF_THE_OPEN_WEB)
def test_nobody_leads_it_there_by_a_redirection(elsewhere, address):
    assert elsewhere.ask(f"/to/{quote(address, safe='')}") == UNSURE
    assert [path for _command, path, _headers in elsewhere.asked] == [f"/to/{address}"]


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.9.9.9",
        "0.0.0.0",
        "10.0.0.1",
        "172.16.0.1",
        "192.168.1.1",
        "100.64.0.1",
        "169.254.169.254",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "198.18.0.1",
        "::",
        "::1",
        "::ffff:127.0.0.1",
        "::ffff:8.8.8.8",
        "::127.0.0.1",
        "64:ff9b::10.0.0.1",
        "64:ff9b:1::1",
        "2002:7f00:1::1",
        "2001:0:1::1",
        "fc00::1",
        "fd12::1",
        "fe80::1",
        "fe80::1%eth0",
        "fec0::1",
        "ff02::1",
        "2001:db8::1",
    ],
)
def test_addresses_that_are_not_of_the_open_internet(address):
    assert not is_open(address)


@pytest.mark.parametrize("address", ["93.184.216.34", "8.8.8.8", "2606:4700:4700::1111", "2a00:1450:4001:80b::200e"])
def test_addresses_of_the_open_internet(address):
    assert is_open(address)


def test_one_closed_address_among_several_closes_all(elsewhere):
    assert elsewhere.ask(resolve=lambda host, port: [HERE, "10.0.0.1"]) == UNSURE
    assert elsewhere.asked == []


def test_a_name_that_changes_its_mind_is_asked_where_it_was_looked_at(elsewhere, monkeypatch):
    connected, connect = [], socket.socket.connect

    def watched(self, address):
        connected.append(address[0])
        return connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", watched)
    answers = iter([[HERE], ["10.0.0.1"]])
    assert elsewhere.ask("/to/http://elsewhere.example/200", resolve=lambda host, port: next(answers)) == UNSURE
    assert connected == [HERE]


def test_names_of_other_scripts_are_asked_as_the_net_writes_them(elsewhere):
    seen = []

    def resolve(host, port):
        seen.append(host)
        return [HERE]

    assert elsewhere.asker(resolve=resolve).ask("http://例え.example/200").outcome == Outcome.FINE
    assert seen == ["xn--r8jz45g.example"] * len(seen)
    assert elsewhere.asked[0][2]["Host"] == "xn--r8jz45g.example"


def test_a_body_without_end_is_not_read(elsewhere):
    begun = time.monotonic()
    assert elsewhere.ask("/endless").outcome == Outcome.FINE
    assert time.monotonic() - begun < 2


def test_a_byte_now_and_then_is_hung_up_on(elsewhere):
    begun = time.monotonic()
    assert elsewhere.ask("/slow", seconds=1) == UNSURE
    assert time.monotonic() - begun < 3


def test_a_name_that_nobody_knows_and_a_closed_door_lead_nowhere(elsewhere):
    def unknown(host, port):
        raise NoSuchName(host)

    def away(host, port):
        raise socket.gaierror(socket.EAI_AGAIN, "away")

    with socket.socket() as taken:
        taken.bind((HERE, 0))
        assert elsewhere.ask(ports={"http": taken.getsockname()[1]}) == NOWHERE
    assert elsewhere.ask(resolve=unknown) == NOWHERE
    assert elsewhere.ask(resolve=away) == UNSURE
    assert elsewhere.ask(resolve=lambda host, port: []) == UNSURE


def test_a_site_has_to_prove_its_name(tmp_path, monkeypatch):
    """The connection goes to an address; what has to be proved is the name."""
    certificate, key = make_certificate(tmp_path, "elsewhere.example")
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    with serving(context) as elsewhere:
        assert elsewhere.asker().ask("https://elsewhere.example/404") == Answer(Outcome.GONE, 404)
        assert elsewhere.asker().ask("https://other.example/404") == UNSURE
        monkeypatch.delenv("SSL_CERT_FILE")
        assert elsewhere.asker().ask("https://elsewhere.example/404") == UNSURE


def make_certificate(folder, name):
    """A certificate for ``name`` that vouches for itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    built = x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number())
    built = built.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
    built = built.add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
    built = built.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    plain = serialization.NoEncryption()
    (folder / "key.pem").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    )
    signed = built.sign(key, hashes.SHA256())
    (folder / "certificate.pem").write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    return folder / "certificate.pem", folder / "key.pem"
