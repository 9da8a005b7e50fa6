"""What others say about a video, on phones: a group that is asked, and an instructor's colleague."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import RunningSite, Visit
from tests.browser.test_together import email, look

CODE = (
    "from courses.models import Cohort; print('code', Cohort.objects.filter(name__startswith='Evenings').first().code)"
)
COLLEAGUE = """
from courses.models import Shelf
from courses.shelves import add_teacher
from website.demo.people import Person, make_person
colleague = make_person(Person("colleague", "Lena (example)", (), "NO", "Europe/Oslo"))
shelf = Shelf.objects.get(group__user__email="instructor@demo.hearthlight.example")
add_teacher(shelf=shelf, teacher=colleague, by=colleague)
"""


def press(page: Page, name: str) -> None:
    with page.expect_navigation():
        page.get_by_role("button", name=name).first.click()


def enter_group(one: Visit) -> Visit:
    found = re.search(r"code (\w+)", one.site.manage("shell", "-c", CODE).stdout)
    one.open(f"/learn/invitation/{found[1]}/")
    if one.page.get_by_role("button", name="Join this group").count():
        press(one.page, "Join this group")
    return one


def choose_audience(page: Page, label: str) -> None:
    page.get_by_role("link", name="Change who may see it").click()
    look(page)
    page.get_by_label(re.compile(label)).check()
    page.get_by_label("No", exact=True).check()
    press(page, "Save")
    expect(page.get_by_text("It holds from now on.")).to_be_visible()


@pytest.mark.usefixtures("prepared_site")
def test_she_shows_a_video_to_her_group_and_reads_what_a_peer_says(
    visit: Callable[..., Visit], running_site: RunningSite
):
    hers, others = enter_group(visit(email=email("learner"))), enter_group(visit(email=email("creator")))
    page, theirs = hers.page, others.page
    hers.open("/studio/")
    with page.expect_navigation():
        page.locator("li[id^=submission-] a.rows__title").first.click()
    if page.get_by_role("button", name="Take it back from my group").count():  # a run before was stopped here
        press(page, "Take it back from my group")
    choose_audience(page, "My group")
    press(page, "Ask my group what it thinks")
    look(page)

    others.open("/learn/")
    theirs.get_by_role("region", name="Your group asks what you think").get_by_role("link").first.click()
    look(theirs)
    there = theirs.url
    theirs.get_by_label("One thing that works").fill("The light on the cloth")
    theirs.get_by_label("Another thing that works").fill("You take your time")
    theirs.get_by_label("One thing to try").fill("Hold the last picture longer")
    press(theirs, "Send it to her")
    expect(theirs.get_by_role("heading", name="What you said")).to_be_visible()
    look(theirs)

    page.reload()
    expect(page.get_by_role("region", name="What your group says")).to_contain_text("Hold the last picture longer")
    press(page, "Thank her")
    expect(page.get_by_text("You have thanked her")).to_be_visible()
    look(page)

    theirs.get_by_role("link", name="Take it back").click()
    press(theirs, "Take it back")
    expect(theirs.get_by_role("heading", name="Videos of your group")).to_be_visible()
    look(theirs)
    press(page, "Take it back from my group")
    expect(page.get_by_role("region", name="What your group says")).to_have_count(0)
    assert theirs.context.request.get(there).status == 404


@pytest.mark.usefixtures("prepared_site")
def test_an_instructor_asks_a_colleague_before_she_answers(visit: Callable[..., Visit], running_site: RunningSite):
    made = running_site.manage("shell", "-c", COLLEAGUE)
    assert made.returncode == 0, made.stderr
    hers, others = visit(email=email("instructor")), visit(email=email("colleague"))
    page, theirs = hers.page, others.page
    hers.open("/review/")
    with page.expect_navigation():
        page.locator("ol.rows").get_by_role("link", name=re.compile("Amina")).first.click()
    if page.get_by_role("button", name="Take this one").count():
        press(page, "Take this one")
    press(page, "Ask a colleague")
    look(page)
    page.get_by_label("Whom do you ask?").select_option(label="Lena (example)")
    page.get_by_label("What would you like to know?").fill("Is the light enough?")
    press(page, "Ask her")
    expect(page.get_by_text("has not answered yet")).to_be_visible()
    look(page)

    others.open("/review/")
    look(theirs)
    theirs.get_by_role("region", name="Second opinions").get_by_role("link").first.click()
    expect(theirs.get_by_text("Is the light enough?")).to_be_visible()
    look(theirs)
    theirs.get_by_label("What do you think?").fill("Just enough.")
    press(theirs, "Send it to her")

    page.reload()
    expect(page.get_by_text("Just enough.").first).to_be_visible()
    press(page, "Put it back")
