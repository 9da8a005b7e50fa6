"""The player as Chromium shows it, at the size of a phone."""

import re
import shutil
from pathlib import Path

import pytest
from playwright.sync_api import expect

from media_pipeline import preparation
from media_pipeline.captions import keeping, webvtt
from media_pipeline.playback import player_for
from tests.factories.media_pipeline import AssetFactory
from tests.media_pipeline.conftest import until

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
CAPTIONS = b"WEBVTT\n\n00:00.000 --> 00:02.000\nWelcome home\n\n00:03.000 --> 00:20.000\n<i>Sit</i> down\n"
VIDEO = "document.querySelector('video')"
A_GOOD_LINE = 2_500_000 / 8  # bytes a second: plays the larger rendition, and cannot fetch all of it at once
A_SLOW_LINE = 260_000 / 8
AXE = (Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js").read_text()


@pytest.fixture(scope="module")
def long_package(clips, tmp_path_factory):
    """Forty seconds in two sizes, prepared once."""
    clip = clips.make("long.mp4", "-c:a", "aac", "-vf", "noise=alls=12:allf=t", size="640x360", rate="15", seconds="40")
    return preparation.prepare(clip, tmp_path_factory.mktemp("long")).package


@pytest.fixture
def long_asset(media_root, long_package):
    asset = AssetFactory(
        title="A long talk",
        duration_ms=long_package.duration_ms,
        width=640,
        height=360,
        low_bytes=long_package.low_bytes,
    )
    shutil.copytree(long_package.folder, media_root / asset.outputs)
    keeping.save_captions(asset=asset, language="en", engine=keeping.Written(CAPTIONS), by=None)
    chinese = "WEBVTT\n\n00:00.000 --> 00:30.000\n欢迎\n".encode()
    cues = webvtt.parse(chinese)
    keeping.keep(asset=asset, language="zh-hans", cues=cues, machine_made=True, by=None)
    return asset


@pytest.fixture
def opened(phone, live_server, long_asset, settings):
    """The page with nothing but the player; what it fetched is in ``fetched``."""
    settings.ROOT_URLCONF = "tests.media_pipeline.player_page"
    phone.fetched = []
    phone.on("request", lambda request: phone.fetched.append(request.url))
    phone.goto(f"{live_server.url}/test/player/{long_asset.pk}/")
    return phone


def begin(page):
    page.get_by_role("button", name="Play A long talk").click()
    until(page, f"{VIDEO}.currentTime > 0.2")


def settings_of(page):
    page.get_by_role("button", name="Settings of the player").click()
    return page.locator("[data-player-settings]")


def segments(page):
    """The folders that segments came from, in order."""
    return [url.split("/")[-2] for url in page.fetched if url.endswith(".m4s") and "init" not in url]


def test_nothing_is_fetched_before_she_taps_and_then_the_smallest_rendition_plays_first(opened):
    expect(opened.get_by_role("button", name="Play A long talk, 0:40")).to_be_visible()
    fetched_early = [url for url in opened.fetched if url.endswith((".m3u8", ".m4s", ".mp4", ".vtt", "hls.min.mjs"))]
    assert fetched_early == []

    opened.get_by_role("button", name="Play A long talk").focus()
    opened.keyboard.press("Enter")
    until(opened, f"{VIDEO}.currentTime > 0.2")
    assert next(folder for folder in segments(opened) if folder != "audio") == "240p"
    until(opened, f"{VIDEO}.webkitAudioDecodedByteCount > 0")  # there is sound
    expect(opened.locator(":focus")).to_have_attribute("data-do", "play")  # her place is not lost


def test_captions_are_shown_in_her_language_and_stay_as_she_chose(opened):
    begin(opened)
    until(opened, f"{VIDEO}.textTracks[0].cues?.length === 2")
    assert opened.evaluate(f"{VIDEO}.textTracks[0].activeCues[0].text") == "Welcome home"
    button = opened.get_by_role("button", name="Captions")
    expect(button).to_have_attribute("aria-pressed", "true")

    settings_of(opened).get_by_label("Captions").select_option("zh-hans")
    until(opened, f"[...{VIDEO}.textTracks].find(t => t.language === 'zh-hans').activeCues?.[0]?.text === '欢迎'")
    assert "made by a machine" in opened.locator("option[value=zh-hans]").inner_text()

    button.click()
    expect(button).to_have_attribute("aria-pressed", "false")
    opened.reload()
    begin(opened)
    expect(opened.get_by_role("button", name="Captions")).to_have_attribute("aria-pressed", "false")


def test_the_transcript_follows_and_leads_to_its_moments(opened):
    begin(opened)
    opened.get_by_text("Read what is said").click()
    lines = opened.locator("[data-player-lines] button")
    expect(lines).to_have_text(["0:00 Welcome home", "0:03 Sit down"])
    expect(lines.first).to_have_attribute("aria-current", "true")
    lines.last.click()
    until(opened, f"{VIDEO}.currentTime >= 3")
    expect(lines.last).to_have_attribute("aria-current", "true")
    expect(lines.first).not_to_have_attribute("aria-current", "true")


def test_the_picture_follows_the_connection_down_and_up_again(opened):
    line = opened.context.new_cdp_session(opened)
    line.send("Network.enable")

    def speed(bytes_a_second):
        conditions = {"offline": False, "latency": 40, "uploadThroughput": -1}
        line.send("Network.emulateNetworkConditions", {**conditions, "downloadThroughput": bytes_a_second})

    speed(A_GOOD_LINE)
    begin(opened)
    opened.evaluate(f"{VIDEO}.playbackRate = 2")  # what has been loaded is used up sooner
    until(opened, f"{VIDEO}.videoHeight === 360")
    speed(A_SLOW_LINE)
    until(opened, f"{VIDEO}.videoHeight === 240")
    assert segments(opened)[-1] in ("240p", "audio")
    assert opened.evaluate(f"{VIDEO}.error") is None


def test_her_quality_is_kept_on_this_device_while_she_is_a_visitor(opened):
    begin(opened)
    quality = settings_of(opened).get_by_label("Quality")
    expect(quality.locator("option[value='360']")).to_contain_text("360p,")
    expect(quality.locator("option[value=sound]")).to_contain_text("MB")
    quality.select_option("sound")
    opened.reload()
    opened.fetched.clear()
    begin(opened)
    assert set(segments(opened)) == {"audio"}
    assert opened.evaluate(f"{VIDEO}.videoHeight") == 0

    settings_of(opened).get_by_label("Quality").select_option("save")
    until(opened, f"{VIDEO}.videoHeight === 240")
    opened.wait_for_timeout(1500)
    assert "360p" not in segments(opened)


def test_her_quality_is_kept_on_her_account_once_she_is_signed_in(opened, client, learner, live_server, long_asset):
    client.force_login(learner)
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}
    opened.context.add_cookies([cookie])
    opened.reload()
    begin(opened)
    with opened.expect_response("**/accounts/video-quality/") as answer:
        settings_of(opened).get_by_label("Quality").select_option("save")
    assert answer.value.status == 204
    learner.refresh_from_db()
    assert learner.video_quality == "save"
    opened.context.clear_cookies()
    opened.evaluate("localStorage.clear()")
    opened.context.add_cookies([cookie])
    opened.reload()
    expect(settings_of(opened).get_by_label("Quality")).to_have_value("save")


def test_everything_is_done_by_keys_while_the_player_has_the_focus(opened):
    begin(opened)
    video, press = opened.locator("video"), opened.keyboard.press
    video.focus()
    press("Space")
    expect(video).to_have_js_property("paused", True)
    for key, at in (("l", 10), ("ArrowRight", 15), ("j", 5), ("ArrowLeft", 0)):
        opened.evaluate(f"{VIDEO}.currentTime = Math.round({VIDEO}.currentTime / 5) * 5")
        press(key)
        expect(video).to_have_js_property("currentTime", at)
    press("m")
    expect(video).to_have_js_property("muted", True)
    press("ArrowDown")
    expect(opened.get_by_text("90 %")).to_be_visible()
    press("c")
    expect(opened.get_by_role("button", name="Captions")).to_have_attribute("aria-pressed", "false")
    press("f")
    expect(opened.get_by_role("button", name="Full screen")).to_have_attribute("aria-pressed", "true")
    press("f")
    expect(opened.get_by_role("button", name="Full screen")).to_have_attribute("aria-pressed", "false")
    press("k")
    expect(video).to_have_js_property("paused", False)

    speed = settings_of(opened).get_by_label("Speed")
    speed.focus()
    press("m")  # a letter in a list is the list's
    expect(video).to_have_js_property("muted", False)
    speed.select_option("0.5")
    expect(video).to_have_js_property("playbackRate", 0.5)


def test_the_seek_bar_shows_where_it_leads(opened):
    begin(opened)
    bar = opened.get_by_role("slider", name="Place in the video")
    bar.hover(position={"x": 150, "y": 10})
    until(opened, "document.querySelector('.player__preview').style.backgroundImage.includes('storyboard.jpg')")
    expect(opened.locator(".player__preview span")).to_have_text(re.compile(r"0:1\d|0:2\d"))
    bar.click(position={"x": 150, "y": 10})
    until(opened, f"{VIDEO}.currentTime > 10")
    expect(bar).to_have_attribute("aria-valuetext", re.compile(r"0:[12]\d of 0:40"))


def test_it_goes_on_where_she_stopped_and_a_moment_named_on_the_page_leads_there(opened):
    opened.goto(opened.url + "?t=20")
    expect(opened.get_by_text("0:20 / 0:40")).to_be_visible()
    opened.get_by_role("button", name="Play A long talk").click()
    until(opened, f"{VIDEO}.currentTime > 20.1")
    opened.get_by_text("0:01.5").click()
    until(opened, f"{VIDEO}.currentTime >= 1.4 && {VIDEO}.currentTime < 10")


def test_a_reviewer_sees_the_outline_of_the_sound_and_it_leads_to_its_moments(opened):
    opened.goto(opened.url + "?reviews")
    outline = opened.locator("canvas")
    expect(outline).to_be_visible()
    painted = "(() => {const c = document.querySelector('canvas'); return c.getContext('2d')"
    painted += ".getImageData(0, 0, c.width, c.height).data.filter((value, at) => at % 4 === 3 && value).length})()"
    until(opened, f"{painted} > 1000")
    outline.click(position={"x": outline.bounding_box()["width"] / 2, "y": 20})
    until(opened, f"{VIDEO}.currentTime > 19")
    assert opened.evaluate(f"{VIDEO}.currentTime") < 30


def test_a_broken_line_is_said_and_she_may_try_again(opened):
    opened.route("**/*.m3u8", lambda route: route.abort())
    opened.get_by_role("button", name="Play A long talk").click()
    again = opened.get_by_role("button", name="Try again")
    expect(again).to_be_visible(timeout=60_000)
    opened.unroute("**/*.m3u8")
    again.click()
    until(opened, f"{VIDEO}.currentTime > 0.2")
    expect(again).to_be_hidden()


def test_a_browser_that_plays_hls_itself_is_let(phone, live_server, long_asset, settings):
    settings.ROOT_URLCONF = "tests.media_pipeline.player_page"
    fetched = []
    phone.on("request", lambda request: fetched.append(request.url))
    phone.add_init_script("globalThis.WebKitPlaybackTargetAvailabilityEvent = class {}")
    phone.goto(f"{live_server.url}/test/player/{long_asset.pk}/")
    if not phone.evaluate(f"{VIDEO}.canPlayType('application/vnd.apple.mpegurl')"):
        pytest.skip("This Chromium plays no HLS by itself")
    begin(phone)
    assert not [url for url in fetched if url.endswith("hls.min.mjs")]
    phone.fetched = fetched
    settings_of(phone).get_by_label("Quality").select_option("save")
    until(phone, f"{VIDEO}.videoHeight === 240 && !{VIDEO}.paused")
    assert [url for url in fetched if url.endswith("hls.min.mjs")]


def test_the_film_is_offered_to_keep_only_where_that_is_allowed(opened, long_asset):
    keep = settings_of(opened).get_by_role("link", name="Download (2.5 MB)")
    assert keep.get_attribute("download") == "A long talk.mp4"
    assert player_for(long_asset, language="en").download_url == ""


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_control_is_large_and_named_and_fits_a_narrow_phone(opened, theme):
    opened.emulate_media(color_scheme=theme, reduced_motion="reduce")
    opened.set_viewport_size({"width": 360, "height": 740})
    begin(opened)
    settings_of(opened)
    opened.get_by_text("Read what is said").click()
    expect(opened.locator("[data-player-lines] button")).to_have_count(2)
    small = opened.evaluate(
        """[...document.querySelectorAll('[data-player-box] :is(button, select, a, summary)')]
           .filter(e => e.checkVisibility() && (e.offsetHeight < 48 || e.offsetWidth < 48)).map(e => e.outerHTML)"""
    )
    assert small == []
    assert not opened.evaluate("document.documentElement.scrollWidth > innerWidth")
    opened.evaluate(AXE)
    found = opened.evaluate("axe.run('[data-player-box]', {resultTypes: ['violations']})")["violations"]
    assert [(one["id"], one["nodes"][0]["html"]) for one in found] == []
