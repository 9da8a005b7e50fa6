"""Learning together, on a phone: a question, an answer, the bell, words one does not want, groups and goals."""

import re
import uuid
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tests.browser.test_pages import axe_violations, wider_than_screen

COURSE = "/en/courses/demo-school/your-first-video/"
LESSON = f"{COURSE}window-light/"


def email(person: str) -> str:
    return f"{person}@demo.hearthlight.example"


def look(page: Page) -> None:
    """What every page must be."""
    assert axe_violations(page) == []
    assert not wider_than_screen(page)


def open_talk(visit: Visit) -> Page:
    visit.open(LESSON)
    visit.page.get_by_role("link", name="Talk about this lesson").click()
    expect(visit.page.get_by_role("heading", level=1)).to_contain_text("Talk about")
    return visit.page


def say(page: Page, words: str) -> None:
    page.get_by_label("Your words").fill(words)
    page.get_by_role("button", name="Write it").click()
    expect(page.locator("main")).to_contain_text(words)


def test_a_question_is_answered_and_the_bell_leads_to_it(visit: Callable[..., Visit]):
    words = f"Which curtain? {uuid.uuid4().hex[:6]}"
    hers, others = visit(email=email("learner")), visit(email=email("creator"))
    page = open_talk(hers)
    look(page)
    say(page, words)

    page = open_talk(others)
    page.locator("article", has_text=words).get_by_role("link", name="Answer").first.click()
    expect(page.locator("blockquote")).to_contain_text(words)
    look(page)
    say(page, "A thin white one")

    page = hers.page
    hers.open("/learn/")
    page.get_by_role("link", name=re.compile("What is new")).click()
    look(page)
    page.get_by_role("link", name="Somebody answered what you wrote").first.click()
    expect(page.locator("main")).to_contain_text("A thin white one")


def test_words_are_hidden_reported_and_decided(visit: Callable[..., Visit]):
    words = f"Buy my lamp {uuid.uuid4().hex[:6]}"
    say(open_talk(visit(email=email("creator"))), words)

    hers = visit(email=email("learner"))
    page = open_talk(hers)
    page.locator("article", has_text=words).get_by_role("link", name="Report, hide or block").first.click()
    look(page)
    page.get_by_label("It wants to sell something").check()
    page.get_by_role("button", name="Report it").click()
    expect(page.get_by_text("Thank you for telling us.")).to_be_visible()
    expect(page.locator("article", has_text=words)).to_have_count(0)

    page = (teacher := visit(email=email("instructor"))).page
    teacher.open("/admin/talk/")
    page.locator("table a").filter(has_text="Window light").first.click()
    page.get_by_label("What the writer reads").first.fill("Nothing is sold here.")
    page.get_by_role("button", name="Remove these words").click()
    expect(page.locator("body")).to_contain_text("It is done")
    expect(open_talk(teacher)).to_have_url(re.compile("/talk/"))
    expect(page.locator("main")).to_contain_text("These words were removed.")


def test_a_course_with_a_group_rests_and_goes_on(visit: Callable[..., Visit]):
    one = visit(email=email("outsider"))
    page = one.page
    one.open(COURSE)
    look(page)
    join = page.get_by_role("button", name="Join this course")
    if join.count():  # nobody has joined here before
        page.get_by_label(re.compile("Evenings")).check()
        with page.expect_navigation():
            join.click()
    one.open(COURSE)
    if (resting := page.get_by_role("button", name="Go on with my course")).count():  # a run before was stopped here
        with page.expect_navigation():
            resting.click()
    for before, after in (("Pause my course", "Go on with my course"), ("Go on with my course", "Pause my course")):
        page.get_by_role("button", name=before).click()
        expect(page.get_by_role("button", name=after)).to_be_visible()
        look(page)


def test_a_goal_for_the_week_comes_and_goes(visit: Callable[..., Visit]):
    one = visit(email=email("learner"))
    page = one.page
    one.open("/learn/goal/")
    look(page)
    page.get_by_label("days a week").check()
    page.get_by_label("how many", exact=False).fill("3")
    page.get_by_label("Remind me of it").check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="Your week")).to_be_visible()
    look(page)
    page.get_by_role("link", name="Change the goal").click()
    expect(page.get_by_label("Remind me of it")).to_be_checked()
    page.get_by_role("button", name="I want no goal").click()
    expect(page.get_by_role("heading", name="Your week")).to_have_count(0)


def test_she_chooses_what_she_hears_of(visit: Callable[..., Visit]):
    one = visit(email=email("learner"))
    one.open("/learn/news/choices/")
    look(one.page)
    box = one.page.get_by_label("By e-mail, once a day at most").first
    was = box.is_checked()
    box.click()
    with one.page.expect_navigation():
        one.page.get_by_role("button", name="Save").click()
    expect(one.page.get_by_label("By e-mail, once a day at most").first).to_be_checked(checked=not was)
