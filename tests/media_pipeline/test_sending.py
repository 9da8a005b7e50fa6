"""Sending a video as Chromium does it on a phone: to a disk by tus, and into a real bucket in parts."""

import io
import random

import pytest
from django.core.management import call_command
from playwright.sync_api import expect

from config.settings.media import bucket_origins
from config.settings.security import content_security_policy
from media_pipeline.models import Asset, Upload
from media_pipeline.storage import store

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
FILM = random.Random(11).randbytes(12_000_000)  # three parts, whichever way it goes
METERED = (
    "Object.defineProperty(navigator, 'connection', {value: Object.assign(new EventTarget(), {type: 'cellular'})})"
)
WAYS = {"disk": ("**/tus/*", "PATCH"), "bucket": ("**/originals/**", "PUT")}


@pytest.fixture(params=["disk", "bucket"])
def way(request, settings, live_server):
    """Where videos are kept, with what the operator sets for it."""
    settings.ROOT_URLCONF = "tests.media_pipeline.upload_page"
    if request.param == "bucket":
        bucket = request.getfixturevalue("bucket")
        settings.SITE_URL = live_server.url
        settings.CONTENT_SECURITY_POLICY = content_security_policy(bucket_origins(bucket))
        call_command("prepare_bucket", stdout=io.StringIO())
    return WAYS[request.param]


@pytest.fixture
def film(tmp_path):
    path = tmp_path / "film.mp4"
    path.write_bytes(FILM)
    return path


class Page:
    """The page that sends, and what happens on its line."""

    def __init__(self, phone, server, way) -> None:
        self.phone, self.server = phone, server
        self.pattern, self.method = way
        self.parts = []
        self.line = phone.locator("[data-upload-line]")
        self.button = phone.locator("[data-upload-main]")
        phone.on("requestfinished", self._finished)
        phone.on("dialog", lambda dialog: dialog.accept())

    def _finished(self, request):
        if request.method == self.method:
            self.parts.append(request.url)

    def open(self):
        """Open it, as at the first time or after the tab was closed."""
        self.phone.goto(f"{self.server.url}/test/send/")

    def choose(self, path):
        """Choose a file."""
        self.phone.get_by_label("Your video").set_input_files(path)

    def break_line(self, after):
        """Let ``after`` parts through and no more."""
        begun = []

        def judge(route):
            if route.request.method == self.method:
                begun.append(route.request.url)
            if len(begun) > after:
                route.abort()
            else:
                route.continue_()

        self.phone.route(self.pattern, judge)

    def mend_line(self):
        """Let everything through."""
        self.phone.unroute(self.pattern)

    def wait_for_parts(self, count):
        """Wait until so many parts have arrived."""
        for _look in range(300):
            if len(self.parts) >= count:
                return
            self.phone.wait_for_timeout(100)
        pytest.fail(f"Only {len(self.parts)} of {count} parts arrived.")

    def expect_all_there(self, learner):
        """All has arrived, once and the same."""
        expect(self.line).to_have_text("All of it has arrived.", timeout=60_000)
        asset = Asset.objects.get()
        assert (asset.owner, asset.title) == (learner, "film")
        with store().fetch(asset.original_key) as path:
            assert path.read_bytes() == FILM
        assert self.phone.locator("input[name=asset]").input_value() == str(asset.pk)


@pytest.fixture
def page(phone, live_server, client, learner, way):
    client.force_login(learner)
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}
    phone.context.add_cookies([cookie])
    return Page(phone, live_server, way)


def test_a_broken_line_is_waited_out(page, learner, film):
    page.open()
    page.break_line(after=1)
    page.choose(film)
    page.wait_for_parts(1)
    expect(page.phone.locator("[data-upload-count]")).to_contain_text("of 12 MB sent")
    page.phone.wait_for_timeout(500)
    page.mend_line()
    page.expect_all_there(learner)


def test_after_the_tab_was_closed_the_same_file_goes_on_where_it_stopped(page, learner, film, tmp_path):
    page.open()
    page.break_line(after=2)
    page.choose(film)
    page.wait_for_parts(2)
    page.open()
    page.mend_line()
    expect(page.line).to_contain_text("You began to send film.mp4.")
    assert page.phone.evaluate("localStorage.length") == 0  # others may use this phone
    page.parts.clear()
    renamed = tmp_path / "another name.mp4"
    renamed.write_bytes(FILM)
    page.choose(renamed)
    page.expect_all_there(learner)
    assert len(page.parts) == 1
    assert Upload.objects.count() == 1


def test_she_pauses_and_goes_on(page, learner, film):
    page.open()
    page.break_line(after=1)
    page.choose(film)
    page.wait_for_parts(1)
    page.button.click()
    expect(page.line).to_have_text("Paused. What has been sent is kept.")
    expect(page.button).to_have_text("Go on")
    page.mend_line()
    page.phone.wait_for_timeout(1500)
    assert len(page.parts) == 1
    page.button.click()
    page.expect_all_there(learner)
    assert len(page.parts) == 3


def test_another_file_begins_anew_and_does_not_mix_with_what_was_begun(page, learner, film, tmp_path):
    other = tmp_path / "other.mp4"
    other.write_bytes(FILM[::-1])
    page.open()
    page.break_line(after=1)
    page.choose(other)
    page.wait_for_parts(1)
    page.open()
    page.mend_line()
    page.choose(film)
    page.expect_all_there(learner)
    assert Upload.objects.count() == 2


def test_what_she_began_can_be_forgotten(page, film):
    page.open()
    page.break_line(after=1)
    page.choose(film)
    page.wait_for_parts(1)
    page.open()
    page.mend_line()
    page.phone.get_by_role("button", name="Forget this video").click()
    expect(page.line).to_have_text("Forgotten. Nothing of it is kept.")
    assert not Upload.objects.exists()


def test_before_mobile_data_is_used_she_is_asked(page, learner, film):
    page.phone.add_init_script(METERED)
    page.open()
    page.choose(film)
    expect(page.line).to_contain_text("This may cost you mobile data: 12 MB.")
    assert not Upload.objects.exists()
    page.button.click()
    page.expect_all_there(learner)


def test_wifi_that_comes_back_is_used_without_asking_again(page, learner, film):
    page.phone.add_init_script(METERED)
    page.open()
    page.choose(film)
    expect(page.line).to_contain_text("This may cost you mobile data")
    page.phone.evaluate("navigator.connection.type = 'wifi'; navigator.connection.dispatchEvent(new Event('change'))")
    page.expect_all_there(learner)
