"""A real site, started as a new user would start it, and Chromium at the size of a phone."""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from playwright.sync_api import Error as PlaywrightError

ROOT = Path(__file__).resolve().parents[2]
PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1440, "height": 900}
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


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@dataclass
class RunningSite:
    """A site that ``manage.py serve`` runs on data of its own."""

    url: str
    data_dir: Path
    process: subprocess.Popen[bytes] | None
    seconds_to_ready: float

    def manage(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a management command on the site's data; its exit status is the caller's to judge."""
        return subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=site_environment(self.data_dir),
            capture_output=True,
            text=True,
        )


def site_environment(data_dir: Path) -> dict[str, str]:
    """Return the environment of the embedded default, untouched by the settings of the test run."""
    kept = {k: v for k, v in os.environ.items() if k not in {"DATABASE_URL", "TASK_ENGINE", "REDIS_URL"}}
    return {**kept, "DJANGO_SETTINGS_MODULE": "config.settings.dev", "DATA_DIR": str(data_dir)}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="session")
def running_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSite]:
    """A site on data of its own; RUNNING_SITE and DATA_DIR name one that runs already, while one writes a test."""
    if url := os.environ.get("RUNNING_SITE"):
        yield RunningSite(url, Path(os.environ["DATA_DIR"]), None, 0)
        return
    data_dir = tmp_path_factory.mktemp("site")
    port = free_port()
    log = data_dir / "serve.log"
    started = time.monotonic()
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "manage.py", "serve", "--port", str(port)],
            cwd=ROOT,
            env=site_environment(data_dir),
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    while b"Hearthlight is ready" not in log.read_bytes():
        if process.poll() is not None or time.monotonic() - started > 300:
            process.terminate()
            pytest.fail(f"The site did not start:\n{log.read_text()[-4000:]}")
        time.sleep(0.2)
    yield RunningSite(f"http://127.0.0.1:{port}", data_dir, process, time.monotonic() - started)
    process.terminate()
    process.wait(timeout=30)
    assert process.returncode == 0, log.read_text()[-4000:]


@pytest.fixture(scope="session")
def prepared_site(running_site: RunningSite) -> RunningSite:
    """The site once its worker has prepared every video of the demo."""
    end = time.monotonic() + 600
    while not {"waiting: 0", "running: 0"} <= set(running_site.manage("media_status").stdout.splitlines()):
        assert time.monotonic() < end, running_site.manage("media_status").stdout
        time.sleep(3)
    return running_site


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        pytest.skip("Chromium is not installed (Debian: apt install chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=CHROMIUM_ARGUMENTS)
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


@pytest.fixture
def visit(browser: Browser, running_site: RunningSite) -> Iterator[Callable[..., Visit]]:
    """Return a function that opens a window for one person; ``visit(size=DESKTOP, locale="zh-CN")``."""
    contexts: list[BrowserContext] = []
    visits: list[Visit] = []

    def open_window(*, size: dict[str, int] = PHONE, email: str | None = None, **options: object) -> Visit:
        on_phone = size["width"] < 700
        context = browser.new_context(viewport=size, has_touch=on_phone, is_mobile=on_phone, **options)
        context.set_default_timeout(15_000)
        contexts.append(context)
        one = Visit(context.new_page(), running_site)
        one.watch()
        visits.append(one)
        if email:
            one.sign_in(email)
        return one

    yield open_window
    complaints = [complaint for one in visits for complaint in one.complaints]
    for context in contexts:
        context.close()
    assert complaints == []
