"""A real site, started as a new user would start it, and Chromium at the size of a phone."""

import math
import os
import re
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, StorageState, expect, sync_playwright
from playwright.sync_api import Error as PlaywrightError

from tests.chromium import find_chromium
from tests.ports import free_ports

ROOT = Path(__file__).resolve().parents[2]
PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1440, "height": 900}
LEARNER, INSTRUCTOR, EDITOR = (f"{name}@demo.hearthlight.example" for name in ("learner", "instructor", "admin"))
CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--autoplay-policy=no-user-gesture-required",
]


PATIENCE_MS = 20_000  # another suite keeps the other core busy meanwhile
expect.set_options(timeout=PATIENCE_MS)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: "prepared_site" in getattr(item, "fixturenames", ()))  # its videos take a while
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.site)


@dataclass
class RunningSite:
    """A site that ``manage.py serve`` runs on data of its own."""

    url: str
    data_dir: Path
    process: subprocess.Popen[bytes] | None

    def manage(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a management command on the site's data; its exit status is the caller's to judge."""
        return subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=site_environment(self.data_dir),
            capture_output=True,
            text=True,
        )

    def rows(self, question: str, *values: object) -> list[tuple[object, ...]]:
        """Ask the site's own database, which costs nothing beside a management command."""
        with closing(sqlite3.connect(self.data_dir / "hearthlight.sqlite3")) as database:
            return database.execute(question, values).fetchall()


def site_environment(data_dir: Path) -> dict[str, str]:
    """Return the environment of the embedded default, untouched by the settings of the test run."""
    kept = {k: v for k, v in os.environ.items() if k not in {"DATABASE_URL", "TASK_ENGINE", "REDIS_URL"}}
    quick = {
        "MEDIA_LESSON": "speed=ultrafast,side=480",  # the demo's films; what she sends is prepared as usual
        "REVIEW_UNDO_SECONDS": "0",  # she reads the answer at once
    }
    return {**kept, **quick, "DJANGO_SETTINGS_MODULE": "config.settings.dev", "DATA_DIR": str(data_dir)}


class StartingSite:
    """``manage.py serve`` on data of its own, from the moment it is asked to start."""

    def __init__(self) -> None:
        self.folder = tempfile.TemporaryDirectory(prefix="hearthlight-site-")
        self.data_dir, self.started = Path(self.folder.name), time.monotonic()
        (self.port,) = free_ports(1)
        self.log = self.data_dir / "serve.log"
        with self.log.open("wb") as out:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "serve"],
                cwd=ROOT,
                env=site_environment(self.data_dir) | {"PORT": str(self.port)},
                stdout=out,
                stderr=subprocess.STDOUT,
            )

    def when_ready(self) -> RunningSite:
        """Wait until it answers; ends the whole run with what it said when it ends, or ten minutes have passed."""
        while b"Hearthlight is ready" not in self.log.read_bytes():
            if self.process.poll() is not None or time.monotonic() - self.started > 600:
                pytest.exit(f"The site did not start:\n{self.log.read_text()[-4000:]}", returncode=1)
            time.sleep(0.2)
        return RunningSite(f"http://127.0.0.1:{self.port}", self.data_dir, self.process)

    def stop(self) -> int:
        """Ask it to end, and return its exit status."""
        self.process.terminate()
        return self.process.wait(timeout=30)


STARTING = pytest.StashKey[StartingSite]()


def pytest_collection_finish(session: pytest.Session) -> None:
    """Start the site before the first test: its worker prepares the demo's videos while others run."""
    needed = any("running_site" in getattr(item, "fixturenames", ()) for item in session.items)
    if needed and not session.config.option.collectonly and "RUNNING_SITE" not in os.environ:
        session.config.stash[STARTING] = StartingSite()


def pytest_unconfigure(config: pytest.Config) -> None:
    """Leave nothing running, whatever ended the run."""
    if (site := config.stash.get(STARTING, None)) and site.process.poll() is None:
        site.stop()


@pytest.fixture(scope="session")
def running_site(request: pytest.FixtureRequest) -> Iterator[RunningSite]:
    """A site on data of its own; RUNNING_SITE and DATA_DIR name one that runs already, while one writes a test."""
    if url := os.environ.get("RUNNING_SITE"):
        yield RunningSite(url, Path(os.environ["DATA_DIR"]), None)
        return
    starting = request.config.stash[STARTING]
    yield starting.when_ready()
    assert starting.stop() == 0, starting.log.read_text()[-4000:]


@pytest.fixture(scope="session")
def prepared_site(running_site: RunningSite) -> RunningSite:
    """The site once its worker has prepared every video of the demo."""
    end = time.monotonic() + 600
    while running_site.rows("SELECT 1 FROM media_pipeline_job WHERE state IN ('waiting', 'running')"):
        assert time.monotonic() < end, running_site.manage("media_status").stdout
        time.sleep(1)
    return running_site


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=CHROMIUM_ARGUMENTS)
        yield browser
        browser.close()


@dataclass
class Visit:
    """One person's browser window, which remembers what no page may do."""

    page: Page
    site: RunningSite
    complaints: list[str] = field(default_factory=list)

    def open(self, path: str) -> None:
        """Go to ``path``; a form that was sent a moment ago may still be answering, and takes this one's place."""
        try:
            self.page.goto(self.site.url + path)
        except PlaywrightError as error:
            if "ERR_ABORTED" not in error.message:
                raise
            self.page.goto(self.site.url + path)

    def watch(self) -> None:
        """Note script errors, blocked content and requests to anywhere but the site."""
        own = urlsplit(self.site.url).netloc
        self.page.on("pageerror", lambda error: self.complaints.append(f"script error: {error}"))
        self.page.on(
            "console",
            lambda message: (
                message.type == "error"
                and "ERR_INTERNET_DISCONNECTED" not in message.text  # a test that breaks the line says so
                and self.complaints.append(f"console: {message.text} {message.location}")
            ),
        )
        self.page.on(
            "request",
            lambda request: (
                urlsplit(request.url).scheme in ("http", "https")
                and urlsplit(request.url).netloc != own
                and self.complaints.append(f"third party: {request.url}")
            ),
        )

    def sign_in(self, email: str, password: str = "demo-only") -> None:
        """Sign in through the page, as she would."""
        self.open("/accounts/login/")
        self.page.locator("input[name=login]").fill(email)
        self.page.locator("input[name=password]").fill(password)
        self.page.locator("main form button[type=submit]").first.click()
        self.page.wait_for_url(re.compile(r"^(?!.*/accounts/login/)"))


@dataclass
class SignedIn:
    """What browsers keep of each person who has just signed in; nobody who is here may sign out."""

    states: dict[str, tuple[float, StorageState]] = field(default_factory=dict)

    def state_of(self, email: str | None) -> StorageState | None:
        """What her browser keeps, unless she signed in so long ago that she may be asked for a proof again."""
        since, state = self.states.get(email or "", (-math.inf, None))
        return state if time.monotonic() - since < 300 else None

    def keep(self, email: str, state: StorageState) -> None:
        self.states[email] = (time.monotonic(), state)


@pytest.fixture(scope="session")
def signed_in() -> SignedIn:
    return SignedIn()


@pytest.fixture
def visit(browser: Browser, running_site: RunningSite, signed_in: SignedIn) -> Iterator[Callable[..., Visit]]:
    """Return a function that opens a window for one person; ``visit(size=DESKTOP, locale="zh-CN")``."""
    contexts: list[BrowserContext] = []
    visits: list[Visit] = []

    def open_window(*, size: dict[str, int] = PHONE, email: str | None = None, **options: object) -> Visit:
        on_phone = size["width"] < 700
        state = signed_in.state_of(email)
        options = {"storage_state": state} | options
        context = browser.new_context(viewport=size, has_touch=on_phone, is_mobile=on_phone, **options)
        context.set_default_timeout(PATIENCE_MS)
        contexts.append(context)
        one = Visit(context.new_page(), running_site)
        one.watch()
        visits.append(one)
        if email and not state:
            one.sign_in(email)
            signed_in.keep(email, context.storage_state())
        return one

    yield open_window
    complaints = [complaint for one in visits for complaint in one.complaints]
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture(params=[PHONE, DESKTOP], ids=["phone", "desk"])
def desk(request: pytest.FixtureRequest, visit: Callable[..., Visit]) -> Visit:
    """The instructor, signed in."""
    return visit(size=request.param, email=INSTRUCTOR)
