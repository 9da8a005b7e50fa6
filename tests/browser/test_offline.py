"""Lessons on a phone without a network: kept, opened, worked on, sent once, and gone when she signs out."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser import journey
from tests.browser.conftest import CHROMIUM_ARGUMENTS, RunningSite, Visit
from tests.browser.journey import until
from tests.browser.test_pages import axe_violations, wider_than_screen
from tests.chromium import WITH_WINDOWS, find_chromium

pytestmark = pytest.mark.usefixtures("prepared_site")
COURSE = "/en/courses/demo-school/your-first-video/"
LESSON = journey.course("first_video").lessons[0]
ADDRESS = f"{COURSE}{LESSON.slug}/"
OTHER_COURSE = "/en/courses/demo-school/from-home-to-audience/"  # its films may not be kept
OTHER_ADDRESS = f"{OTHER_COURSE}{journey.course('home_to_audience').lessons[0].slug}/"
AGE_THE_CARD = """async () => {
  const cache = await caches.open((await caches.keys()).find((name) => name.startsWith("kept:")));
  const place = (await cache.keys()).find(({ url }) => url.includes("/kept/lessons/"));
  await cache.put(place, Response.json({ ...(await (await cache.match(place)).json()), kept: 0 }));
}"""
CARD = """caches.keys().then((names) => caches.open(names.find((name) => name.startsWith("kept:"))))
  .then(async (cache) => [cache, await cache.keys()])
  .then(([cache, keys]) => cache.match(keys.find(({ url }) => url.includes("/kept/lessons/"))))
  .then((answer) => answer.json())"""
KEPT = """caches.keys().then((names) => caches.open(names.find((name) => name.startsWith("kept:"))))
  .then((cache) => cache.keys()).then((keys) => keys.map(({ url }) => new URL(url).pathname))"""
NO_STREAMS = "for (const name of ['MediaSource', 'ManagedMediaSource']) delete globalThis[name];"


@pytest.fixture
def somebody(visit: Callable[..., Visit]) -> Callable[..., Visit]:
    """Return a function that opens a phone for somebody who has just joined the first course."""

    return lambda: journey.newcomer(visit(), COURSE)


def keep_lesson(visit: Visit, address: str, picture: int | None = 0) -> Page:
    """Open a lesson and keep it, its films in the ``picture``-th size."""
    page = visit.page
    visit.open(address)
    until(lambda: page.evaluate("navigator.serviceWorker.controller !== null"))
    page.get_by_text("Keep this lesson on this phone").click()
    if picture is not None:
        expect(page.get_by_label("Films").locator("option").first).to_contain_text("MB")
        page.get_by_label("Films").select_option(index=picture)
    page.get_by_role("button", name="Keep it").click()
    expect(page.locator("[data-keep-state]")).to_contain_text("This lesson is kept on this phone")
    return page


def kept_caches(page: Page) -> list[str]:
    return page.evaluate("caches.keys().then((names) => names.filter((name) => name.startsWith('kept:')))")


def rows(visit: Visit, table: str, columns: str = "*") -> list[tuple]:
    """Read what the site has written down of her."""
    query = f"SELECT {columns} FROM {table} WHERE learner_id = (SELECT id FROM accounts_user WHERE email = ?)"
    return visit.site.rows(query, visit.email)


def play_and_seek(page: Page) -> None:
    page.locator(".player__play").first.click()
    journey.expect_playable(page)
    video = page.locator("video").first
    video.evaluate("video => video.currentTime = video.duration / 2")
    until(lambda: video.evaluate("video => video.currentTime > video.duration / 2 + 0.5 && video.readyState >= 3"))


def test_a_kept_lesson_is_worked_on_without_a_network_and_counts_once(somebody: Callable[..., Visit]):
    she = somebody()
    page = keep_lesson(she, ADDRESS)
    assert axe_violations(page) == []
    assert not wider_than_screen(page)

    page.context.set_offline(True)
    she.open(ADDRESS)
    expect(page.locator("main")).to_contain_text("This lesson comes from your phone.")
    play_and_seek(page)
    page.locator("[data-kind=reading] form button").first.click()
    expect(page.locator("[data-form-state]").first).to_contain_text("Kept on this phone")
    journey.answer_quiz(page, LESSON, rightly=True)
    expect(page.locator("[data-answers-state]")).to_contain_text("Kept on this phone")
    she.open("/studio/")
    expect(page.get_by_role("heading", level=1)).to_have_text("On this phone")
    expect(page.get_by_text("There is no network")).to_be_visible()
    expect(page.get_by_role("link", name=LESSON.title["en"])).to_have_attribute("href", ADDRESS)

    sent: list[str] = []

    def lose_the_first_answer(route: Route) -> None:
        sent.append(route.request.url)
        answer = route.fetch()
        route.abort("internetdisconnected") if len(sent) == 1 else route.fulfill(response=answer)

    page.route("**/quiz/", lose_the_first_answer)
    page.context.set_offline(False)
    for _time in range(2):
        she.open("/learn/")
        expect(page.locator("[data-arrived]")).to_be_visible()
    assert len(sent) == 2
    assert rows(she, "courses_quizattempt", "passed") == [(1,)]
    watched, done = rows(she, "courses_pieceprogress", "sum(cells > 0), sum(completed_at IS NOT NULL)")[0]
    assert (watched, done) == (1, 2)
    she.open(ADDRESS)
    expect(page.locator("[data-kind=quiz]")).to_contain_text("Passed")
    assert page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('hearthlight:form'))") == []


def test_a_quiz_in_a_kept_lesson_is_answered_again_as_often_as_she_likes(somebody: Callable[..., Visit]):
    she = somebody()
    page = keep_lesson(she, ADDRESS)
    passed = []
    for rightly, is_opened_anew in ((False, True), (False, False), (True, True)):
        page.context.set_offline(True)
        if is_opened_anew:
            she.open(ADDRESS)
        journey.answer_quiz(page, LESSON, rightly=rightly)
        expect(page.locator("[data-answers-state]")).to_contain_text("Kept on this phone")
        with page.expect_response("**/quiz/"):
            page.context.set_offline(False)
        expect(page.locator("[data-answers-state]")).to_contain_text("have arrived")
        passed.append((int(rightly),))
        assert sorted(rows(she, "courses_quizattempt", "passed")) == passed


def test_what_had_arrived_of_another_picture_leaves_the_phone(somebody: Callable[..., Visit]):
    she = somebody()
    page = she.page
    page.route("**/poster.jpg", lambda route: route.abort("internetdisconnected"))
    she.open(ADDRESS)
    page.get_by_text("Keep this lesson on this phone").click()
    for number, words in enumerate(("The connection broke", "This lesson is kept on this phone")):
        page.get_by_label("Films").select_option(index=number)
        page.get_by_role("button", name="Keep it").click()
        expect(page.locator("[data-keep-state]")).to_contain_text(words)
        page.unroute("**/poster.jpg")
    kept = page.evaluate(KEPT)
    assert [path for path in kept if "/films/" in path]
    assert set(kept) - set(page.evaluate(CARD)["files"]) == {path for path in kept if path.startswith("/kept/lessons/")}


def test_a_phone_that_cannot_stream_keeps_the_film_as_one_file(somebody: Callable[..., Visit]):
    she = somebody()
    she.page.add_init_script(NO_STREAMS)
    page = keep_lesson(she, ADDRESS)
    page.context.set_offline(True)
    she.open(ADDRESS)
    assert page.locator("video source").first.get_attribute("src").endswith("/file/video.mp4")
    play_and_seek(page)
    parts = page.evaluate(
        """async () => {
          const ask = (range) => fetch(document.querySelector("video").src, { headers: { Range: range } });
          const [first, beyond] = await Promise.all([ask("bytes=4-7"), ask("bytes=999999999-")]);
          return [first.status, await first.text(), first.headers.get("Content-Range"), beyond.status];
        }"""
    )
    assert parts[:2] == [206, "ftyp"]
    assert parts[2].startswith("bytes 4-7/")
    assert parts[3] == 416
    she.complaints.clear()  # the browser itself writes down that a part was refused


def test_films_that_a_course_does_not_give_away_stay_on_the_network(somebody: Callable[..., Visit]):
    she = somebody()
    journey.join_course(she, OTHER_COURSE)
    page = keep_lesson(she, OTHER_ADDRESS, picture=None)
    expect(page.locator("[data-keep]")).not_to_contain_text("Films")
    assert not [name for name in page.evaluate(CARD)["files"] if "/films/" in name or "/v/" in name]
    page.context.set_offline(True)
    she.open(OTHER_ADDRESS)
    expect(page.get_by_text("This film needs a network.")).to_be_visible()
    assert page.locator("video").count() == 0


def test_what_is_kept_can_be_removed_and_goes_with_signing_out(somebody: Callable[..., Visit]):
    she = somebody()
    page = keep_lesson(she, ADDRESS)
    she.open("/on-this-phone/")
    assert axe_violations(page) == []
    assert not wider_than_screen(page)
    page.get_by_role("button", name=f"Remove: {LESSON.title['en']}").click()
    expect(page.get_by_text("Nothing is kept on this phone")).to_be_visible()

    keep_lesson(she, ADDRESS)
    assert len(kept_caches(page)) == 1
    page.locator("summary", has_text="Asha").click()
    with page.expect_navigation():
        page.get_by_role("button", name="Sign out").click()
    until(lambda: kept_caches(page) == [], seconds=10)


def test_somebody_else_on_the_same_phone_finds_nothing(somebody: Callable[..., Visit]):
    she = somebody()
    page = keep_lesson(she, ADDRESS)
    page.context.clear_cookies()  # her session ended without her signing out
    she.sign_in("learner@demo.hearthlight.example")
    until(lambda: kept_caches(page) == [], seconds=10)
    page.context.set_offline(True)
    she.open(ADDRESS)
    expect(page.get_by_text("Nothing is kept on this phone")).to_be_visible()


def test_what_waits_is_sent_once_she_has_signed_in_again(somebody: Callable[..., Visit]):
    she = somebody()
    page = she.page
    she.open(ADDRESS)
    page.context.set_offline(True)
    page.locator("[data-kind=reading] form button").first.click()
    expect(page.locator("[data-form-state]").first).to_contain_text("Kept on this phone")
    page.context.clear_cookies(name="sessionid")
    with page.expect_response("**/done/"):
        page.context.set_offline(False)
    expect(page.locator("[data-refused]")).to_be_visible()
    she.complaints.clear()  # the browser itself writes down that it was refused
    she.sign_in(she.email, journey.PASSWORD)
    expect(page.locator("[data-arrived]")).to_be_visible()
    assert rows(she, "courses_pieceprogress", "sum(completed_at IS NOT NULL)") == [(1,)]


def test_a_clock_that_was_set_back_takes_nothing_away(somebody: Callable[..., Visit]):
    she = somebody()
    page = keep_lesson(she, ADDRESS)
    page.context.set_offline(True)
    page.clock.set_fixed_time("2001-01-01")  # the battery was out
    she.open(ADDRESS)
    page.locator(".player__play").first.click()
    journey.expect_playable(page)
    page.locator("video").first.evaluate("video => video.pause()")
    kept = "Object.entries(localStorage).filter(([key]) => key.startsWith('hearthlight:report:'))"
    until(lambda: page.evaluate(f"{kept}.some(([, text]) => JSON.parse(text).played.length)"))
    times = page.evaluate(f"{kept}.map(([, text]) => JSON.parse(text).at)")
    assert min(times) >= int(page.locator("[data-lesson]").get_attribute("data-now"))


def test_a_kept_lesson_renews_itself_once_a_week(somebody: Callable[..., Visit]):
    she = somebody()
    journey.join_course(she, OTHER_COURSE)
    page = keep_lesson(she, OTHER_ADDRESS, picture=None)
    page.evaluate(AGE_THE_CARD)
    she.open(OTHER_ADDRESS)
    until(lambda: page.evaluate(CARD)["kept"] > 0, seconds=10)
    expect(page.locator("[data-keep-state]")).to_contain_text("This lesson is kept on this phone")
    assert page.evaluate(CARD)["isWhole"]


def test_a_browser_may_install_the_site(browser: Browser, running_site: RunningSite):
    with_windows = browser.browser_type.launch(executable_path=find_chromium(WITH_WINDOWS), args=CHROMIUM_ARGUMENTS)
    page = with_windows.new_page()
    page.goto(running_site.url + "/en/")
    session = page.context.new_cdp_session(page)
    found = {error["errorId"] for error in session.send("Page.getInstallabilityErrors")["installabilityErrors"]}
    with_windows.close()
    assert found == {"in-incognito"}  # as every window of these tests is
