"""Practice drills: what comes next, when it comes back, and whose it is."""

import uuid
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Locale

from courses import privacy
from courses.models import Drill, PracticeAnswer, PracticeCard
from courses.practice import answer_drill, board_of
from tests.factories import courses as make
from tests.factories.accounts import UserFactory


@pytest.fixture
def drills(shelf, enrolled):
    return [make.make_drill(shelf, title=f"Drill {n}") for n in range(3)]


def answer(learner, drill, *, rightly=True, client_id=None):
    given = drill.asked.right_answer() if rightly else []
    return answer_drill(learner=learner, drill=drill, answer=given, client_id=client_id or uuid.uuid4())


def later(days):
    """Let ``days`` go by: everything comes due so much sooner."""
    for card in PracticeCard.objects.all():
        PracticeCard.objects.filter(pk=card.pk).update(due_at=card.due_at - timedelta(days=days))


def test_new_drills_come_in_order_and_nothing_comes_back_on_the_same_day(enrolled, drills):
    for drill in drills:
        board = board_of(enrolled, "en")
        assert (board.drill, board.is_new) == (drill, True)
        answer(enrolled, drill, rightly=drill != drills[1])
    board = board_of(enrolled, "en")
    assert board.drill is None
    assert board.next_at > timezone.now() + timedelta(hours=20)
    assert (board.new_right, board.new_total, board.today, board.in_round) == (2, 3, 3, 0)


def test_what_went_wrong_comes_back_sooner(enrolled, drills):
    right, wrong = drills[:2]
    answer(enrolled, right)
    answer(enrolled, wrong, rightly=False)
    due = dict(PracticeCard.objects.values_list("drill_key", "due_at"))
    assert due[wrong.drill_key] < due[right.drill_key]


def test_what_is_due_comes_before_what_is_new_and_later_each_time(enrolled, drills):
    first = drills[0]
    answer(enrolled, first)
    later(days=30)
    board = board_of(enrolled, "en")
    assert (board.drill, board.is_new) == (first, False)
    answer(enrolled, first)
    assert board_of(enrolled, "en").drill == drills[1]
    assert PracticeCard.objects.get().due_at > timezone.now() + timedelta(days=1)


def test_only_the_first_sight_of_a_drill_counts_as_new(enrolled, drills):
    answer(enrolled, drills[0], rightly=False)
    answer(enrolled, drills[0], rightly=True)
    board = board_of(enrolled, "en")
    assert (board.new_right, board.new_total) == (0, 1)


def test_a_form_sent_twice_is_one_answer(enrolled, drills):
    client_id = uuid.uuid4()
    one, two = (answer(enrolled, drills[0], rightly=r, client_id=client_id) for r in (True, False))
    assert one == two
    assert PracticeAnswer.objects.count() == 1


def test_drills_of_other_shelves_and_those_put_away_are_not_offered(enrolled, shelf):
    other = make.make_shelf(UserFactory(role="instructor"), "Other")
    make.make_drill(other)
    make.make_drill(shelf, is_in_use=False)
    assert board_of(enrolled, "en").drill is None
    mine = make.make_drill(shelf)
    assert board_of(enrolled, "en").drill == mine


def test_a_drill_is_one_thing_in_every_language(enrolled, shelf):
    chinese, _made = Locale.objects.get_or_create(language_code="zh-hans")
    english = make.make_drill(shelf)
    theirs = make.make_drill(shelf, title="光", locale=chinese, translation_key=english.translation_key)
    assert board_of(enrolled, "zh-hans").drill == theirs
    assert board_of(enrolled, "sw").drill in (english, theirs)
    answer(enrolled, theirs)
    assert board_of(enrolled, "en").drill is None


def test_she_practises_by_a_plain_form(client, enrolled, drills):
    client.force_login(enrolled)
    page = client.get(reverse("courses:practise")).content.decode()
    assert "Drill 0" in page
    assert "1 of 3" in page
    question = drills[0].asked
    url = reverse("courses:drill", args=[drills[0].drill_key])
    data = {"client_id": str(uuid.uuid4())}
    missing = client.post(url, data)
    assert missing.status_code == 422
    assert data["client_id"] in missing.content.decode()
    response = client.post(url, data | {f"q-{question.id}": question.right_answer()}, follow=True)
    page = response.content.decode()
    assert "About Beside" in page
    assert "It comes back on" in page
    assert "Of 1 exercise that was new to you, you got 1 right at once." in page
    assert "Next exercise" in page


def test_every_kind_of_question_can_be_a_drill(client, enrolled, shelf):
    client.force_login(enrolled)
    for raw in make.every_kind(asset=make.make_asset()):
        drill = make.make_drill(shelf, raw)
        assert client.get(reverse("courses:practise")).context["drill"] == drill
        answer(enrolled, drill)


def test_practice_is_hers_alone(client, enrolled, outsider, drills):
    kept = answer(enrolled, drills[0])
    urls = [reverse("courses:practised", args=[kept.pk]), reverse("courses:drill", args=[drills[0].drill_key])]
    client.force_login(outsider)
    assert client.get(urls[0]).status_code == 404
    assert client.post(urls[1], {}).status_code == 404
    assert client.get(reverse("courses:practise")).context["drill"] is None
    client.logout()
    for url in (urls[0], reverse("courses:practise")):
        assert client.get(url).url.startswith(reverse("account_login"))
    assert client.post(urls[1], {}).url.startswith(reverse("account_login"))
    assert len(privacy.export(enrolled)["practice"]) == 1
    privacy.erase(enrolled)
    assert not PracticeAnswer.objects.exists()
    assert not PracticeCard.objects.exists()


def test_practising_asks_the_same_however_many_drills(client, enrolled, shelf, django_assert_max_num_queries):
    def count():
        client.get(reverse("courses:practise"))
        with django_assert_max_num_queries(10) as captured:
            assert client.get(reverse("courses:practise")).context["drill"]
        return len(captured)

    client.force_login(enrolled)
    for _ in range(3):
        make.make_drill(shelf)
    few = count()
    for _ in range(297):
        make.make_drill(shelf)
    assert count() == few


def test_an_instructor_sees_and_changes_the_drills_of_her_shelf_only(client, instructor, shelf):
    other = make.make_shelf(UserFactory(role="instructor"), "Other")
    mine, theirs = make.make_drill(shelf, title="Mine"), make.make_drill(other, title="Theirs")
    client.force_login(instructor)
    page = client.get(reverse("wagtailsnippets_courses_drill:list")).content.decode()
    assert "Mine" in page
    assert "Theirs" not in page
    for name in ("edit", "history", "usage"):
        assert client.get(reverse(f"wagtailsnippets_courses_drill:{name}", args=[mine.pk])).status_code == 200
        assert client.get(reverse(f"wagtailsnippets_courses_drill:{name}", args=[theirs.pk])).status_code == 404
    assert Drill.objects.visible_to(instructor).count() == 1
