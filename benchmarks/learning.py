"""What learning costs the server: 1,000 courses, 20,000 learners, 2,000,000 rows of progress, on SQLite and PostgreSQL.

``python benchmarks/learning.py [--rounds 5]`` lays the rows once (kept under var/ and in a database of its own), then
measures in one run, interleaved, the CPU milliseconds of the whole server process tree (gunicorn as it is configured
for the site) for each answer:
  heartbeat  signed in, CSRF, clamped, idempotent   beside a view without middleware that does one raw UPSERT
  lesson     signed in, every kind of piece         beside one SELECT and a 20 KB template, usual middleware
  page       the list of courses, not signed in     beside a view without middleware that returns the same bytes
Then 1,000 learners watch at once, each reporting every fifteen seconds as the player does (p99), and 1,000 reports
arrive in the same moment (none may be lost). Prints one JSON line; ends with status 1 when a bar is missed.
``TEST_DATABASE_URL`` names a PostgreSQL server that may make databases; ``--only sqlite`` leaves it out.
"""

import argparse
import json
import os
import signal
import socket
import statistics
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VAR = ROOT / "var" / "benchmark-learning"
PARTS = ROOT / "benchmarks" / "learning_parts"
BARS = {"heartbeat": 2.5, "lesson": 8.0, "page": 1.5}
P99_MS = 50.0
WATCHERS = 1000
REST_S = 15.0  # courses/lesson.js: EVERY_MS
AT_ONCE = 16
REQUESTS = {"heartbeat": 600, "lesson": 200, "page": 1200}
MINIMAL = {"heartbeat": "upsert", "lesson": "select", "page": "bytes"}
TICKS = os.sysconf("SC_CLK_TCK")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """A gunicorn with the site's own configuration, and the CPU time of it and its workers."""

    def __init__(self, application: str, environment: dict[str, str]) -> None:
        self.port = free_port()
        command = [sys.executable, "-m", "gunicorn", "-c", "gunicorn.conf.py", "--max-requests", "0", "-b"]
        self.process = subprocess.Popen(
            [*command, f"127.0.0.1:{self.port}", "--chdir", str(ROOT), application],
            cwd=ROOT,
            env=os.environ | environment,
            start_new_session=True,
        )
        until = time.monotonic() + 120
        while not self.answers():
            if time.monotonic() > until or self.process.poll() is not None:
                sys.exit(f"{application} does not answer.")
            time.sleep(0.2)

    def answers(self) -> bool:
        with socket.socket() as probe:
            probe.settimeout(1)
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def cpu_ms(self) -> float:
        """CPU milliseconds of the master, its workers, and the workers that have ended."""
        pids = subprocess.run(
            ["ps", "-o", "pid=", "-g", str(self.process.pid)], capture_output=True, text=True, check=True
        ).stdout.split()
        ticks = 0
        for pid in pids:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            ticks += int(fields[11]) + int(fields[12])
            ticks += int(fields[13]) + int(fields[14]) if int(pid) == self.process.pid else 0
        return 1000 * ticks / TICKS

    def stop(self) -> None:
        os.killpg(self.process.pid, signal.SIGTERM)
        self.process.wait(30)


def send(port: int, requests: list[str], *, at_once: int = AT_ONCE, every_s: float = 0.0) -> dict:
    """Let the client process send ``requests``; return what it measured."""
    plan = json.dumps({"port": port, "requests": requests, "at_once": at_once, "every_s": every_s})
    command = [sys.executable, str(PARTS / "load.py")]
    return json.loads(subprocess.run(command, input=plan, capture_output=True, text=True, check=True).stdout)


def cost(server: Server, requests: list[str], status: int = 200) -> float:
    """Return CPU milliseconds for each of ``requests``. Exits when one is not answered as it should be."""
    before = server.cpu_ms()
    found = send(server.port, requests)
    if set(found["statuses"]) != {status}:
        sys.exit(f"{requests[0].split()[1]} answered {set(found['statuses'])}")
    return (server.cpu_ms() - before) / len(requests)


def get(path: str, port: int, cookies: str = "") -> str:
    return f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n{cookies}\r\n"


def post(path: str, port: int, body: str, cookies: str = "") -> str:
    kind = "Content-Type: application/x-www-form-urlencoded\r\n"
    return f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n{cookies}{kind}Content-Length: {len(body)}\r\n\r\n{body}"


def p99(milliseconds: list[float]) -> float:
    return statistics.quantiles(milliseconds, n=100)[98]


def measure(name: str, url: str, rounds: int) -> dict:
    """Lay the rows on one database and measure everything there."""
    data = VAR / name
    data.mkdir(parents=True, exist_ok=True)
    environment = {
        "DATABASE_URL": url,
        "DATA_DIR": str(data),
        "DJANGO_SETTINGS_MODULE": "config.settings.dev",
        "DEMO": "0",
        "REDIS_URL": "",
        "PYTHONPATH": f"{ROOT / 'site'}:{ROOT}:{PARTS}",
    }
    prepared = data / "prepared.json"
    subprocess.run(
        [sys.executable, str(PARTS / "prepare.py"), str(prepared)], cwd=ROOT, env=os.environ | environment, check=True
    )
    facts = json.loads(prepared.read_text())
    site = Server("config.wsgi", environment)
    page = urllib.request.urlopen(f"http://127.0.0.1:{site.port}{facts['page']}").read()
    (data / "page.html").write_bytes(page)
    bare = environment | {"MINIMAL_DATABASES": facts["databases"], "MINIMAL_BYTES": str(data / "page.html")}
    servers = {"": site, "bare": Server("minimal", bare), "usual": Server("minimal", bare | {"MINIMAL_STANDARD": "1"})}
    try:
        return measured(servers, facts, len(page), rounds)
    finally:
        for server in servers.values():
            server.stop()


def measured(servers: dict[str, Server], facts: dict, page_bytes: int, rounds: int) -> dict:
    """Measure by turns: a little of each in every round, and compare within the round."""
    site = servers[""]
    ours = {
        "heartbeat": [post("/learn/progress/", site.port, b["body"], b["cookies"]) for b in facts["beats"]],
        "lesson": [get(facts["lesson"], site.port, b["cookies"]) for b in facts["beats"]],
        "page": [get(facts["page"], site.port)],
    }
    floors = {
        "heartbeat": (servers["bare"], [post("/upsert", 0, f"id={b['id']}") for b in facts["beats"]]),
        "lesson": (servers["usual"], [get("/select", 0)]),
        "page": (servers["bare"], [get("/bytes", 0)]),
    }
    found: dict[str, list[tuple[float, float]]] = {kind: [] for kind in ours}
    for turn in range(rounds + 1):
        for kind, number in REQUESTS.items():
            least = cost(floors[kind][0], (floors[kind][1] * number)[:number])
            own = cost(site, (ours[kind] * number)[:number])
            if turn:  # the first round warms up
                found[kind].append((own, least))
    result: dict = {"page_bytes": page_bytes}
    for kind, pairs in found.items():
        result[kind] = {
            "cpu_ms": statistics.median(own for own, _ in pairs),
            "least_cpu_ms": statistics.median(least for _, least in pairs),
            "ratio": statistics.median(own / least for own, least in pairs),
        }
    beats = ours["heartbeat"]
    watching = send(site.port, beats * 2, at_once=WATCHERS, every_s=REST_S)
    burst = send(site.port, beats, at_once=WATCHERS)
    result["watching"] = {"p99_ms": p99(watching["ms"]), "lost": sum(s != 200 for s in watching["statuses"])}
    result["burst"] = {
        "p99_ms": p99(burst["ms"]),
        "lost": sum(status != 200 for status in burst["statuses"]),
        "a_second": len(beats) / burst["seconds"],
    }
    return result


def misses(result: dict) -> list[str]:
    """Name each bar that ``result`` does not reach."""
    found = [kind for kind, bar in BARS.items() if result[kind]["ratio"] > bar]
    found += [f"{kind} lost" for kind in ("watching", "burst") if result[kind]["lost"]]
    return found + ["p99"] * (result["watching"]["p99_ms"] > P99_MS)


def rounded(value: object) -> object:
    if isinstance(value, dict):
        return {key: rounded(part) for key, part in value.items()}
    return round(value, 3) if isinstance(value, float) else value


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", choices=["sqlite", "postgresql"])
    arguments = parser.parse_args()
    server = os.environ.get("TEST_DATABASE_URL", "postgres://postgres@127.0.0.1:5432/hearthlight").rpartition("/")[0]
    databases = {
        "sqlite": f"sqlite:///{VAR / 'sqlite' / 'learning.sqlite3'}",
        "postgresql": f"{server}/hearthlight_benchmark_learning",
    }
    result: dict = {"benchmark": "learning", "cpus": os.cpu_count(), "load": os.getloadavg()[0]}
    missed = []
    for name, url in databases.items():
        if arguments.only in (None, name):
            result[name] = measure(name, url, arguments.rounds)
            missed += [f"{name} {bar}" for bar in misses(result[name])]
    print(json.dumps(rounded(result)))
    if missed:
        sys.exit(f"Missed: {', '.join(missed)}")


if __name__ == "__main__":
    main()
