"""The bank beside a lesson: questions go into the draft's quizzes and out of them, as copies, once, and only hers."""

import json

import pytest
from django.urls import reverse
from wagtail.models import Locale
from wagtail_localize.models import Translation, TranslationSource

from courses.bank import content_of
from courses.checking.report import draft_pieces
from courses.models import Drill, LessonPage
from tests.factories import courses as make
from tests.factories.accounts import UserFactory

DRILLS = "/admin/snippets/courses/drill/"


def take_url(lesson):
    return reverse("bank:take", args=[lesson.pk])


def keep_url(lesson):
    return reverse("bank:keep", args=[lesson.pk])


def quizzes(lesson):
    lesson = LessonPage.objects.select_related("latest_revision").get(pk=lesson.pk)
    return [piece for piece in draft_pieces(lesson) if piece.kind == "quiz"]


def asked(quiz):
    return [raw["value"]["text"] for raw in quiz.value["questions"]]


def ids_of(raw):
    if isinstance(raw, dict):
        return {raw.get("id")} | {one for part in raw.values() for one in ids_of(part)} - {None}
    return {one for part in raw for one in ids_of(part)} if isinstance(raw, list) else set()


@pytest.fixture
def written(course):
    """A lesson with one quiz of two questions."""
    return make.make_lesson(course, make.text(), make.quiz())


@pytest.fixture
def drill(shelf):
    """A question of the bank that nobody practises with."""
    return make.make_drill(shelf, make.question("Which side?", ("Left", True), ("Right", False)), is_in_use=False)


def take(client, lesson, *drills, **where):
    return client.post(
        take_url(lesson), {"drills": [d.pk for d in drills], "quiz": "", "title": ""} | where, follow=True
    )


def keep(client, lesson, *raws, **where):
    return client.post(
        keep_url(lesson), {"questions": [raw["id"] for raw in raws], "skill": "light"} | where, follow=True
    )


def test_a_question_is_copied_into_a_quiz_of_the_draft_with_ids_of_its_own(client, instructor, written, drill):
    client.force_login(instructor)
    (quiz,) = quizzes(written)
    for words in ("1 question stands at the end of the quiz", "in this lesson already"):  # sent twice
        assert words in take(client, written, drill, quiz=str(quiz.id)).content.decode()
    (quiz,) = quizzes(written)
    assert asked(quiz) == ["Where is the light?", "What helps?", "Which side?"]
    raw, copy = drill.question.raw_data[0], quiz.value["questions"][-1]
    assert content_of(copy) == content_of(raw)
    assert len(ids_of(copy)) == 3
    assert ids_of(copy).isdisjoint(ids_of(raw))
    assert len(LessonPage.objects.get(pk=written.pk).pieces[1].value["questions"]) == 2  # what is live stays
    assert client.get(reverse("wagtailadmin_pages:edit", args=[written.pk])).status_code == 200


def test_a_changed_question_of_the_bank_leaves_the_quiz_alone(client, instructor, written, drill):
    client.force_login(instructor)
    (quiz,) = quizzes(written)
    take(client, written, drill, quiz=str(quiz.id))
    drill.question = json.dumps([make.question("Which hand?", ("Left", True), ("Right", False))])
    drill.save()
    assert asked(quizzes(written)[0])[-1] == "Which side?"
    take(client, written, drill, quiz=str(quiz.id))
    (quiz,) = quizzes(written)
    assert asked(quiz)[-2:] == ["Which side?", "Which hand?"]
    assert ids_of(quiz.value["questions"][-1]).isdisjoint(ids_of(quiz.value["questions"][-2]))


def test_questions_of_every_kind_become_a_new_quiz_once(client, instructor, shelf, written):
    drills = [make.make_drill(shelf, raw) for raw in make.every_kind()]
    client.force_login(instructor)
    for _twice in range(2):
        take(client, written, *drills, title="All of it")
    old, new = quizzes(written)
    assert len(old.value["questions"]) == 2
    assert new.value["title"] == "All of it"
    assert sorted(asked(new)) == sorted(raw["value"]["text"] for raw in make.every_kind())


def test_a_quiz_is_never_filled_above_its_limit(client, instructor, shelf, written):
    client.force_login(instructor)
    (quiz,) = quizzes(written)
    many = [make.make_drill(shelf, make.question(f"{n}?", ("A", True), ("B", False))) for n in range(21)]
    answer = take(client, written, *many[:19], quiz=str(quiz.id))
    assert answer.status_code == 422
    assert "this one has room for 18 more" in answer.content.decode()
    assert answer.content.decode().count(" checked") == 19  # what she chose is still chosen
    assert "room for 20 more" in take(client, written, *many, title="Many").content.decode()
    assert [len(quiz.value["questions"]) for quiz in quizzes(written)] == [2]
    take(client, written, *many[:18], quiz=str(quiz.id))
    assert "room for 0 more" in take(client, written, *many[18:], quiz=str(quiz.id)).content.decode()


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"drills": []}, "Choose a question at least"),
        ({"title": ""}, "Give the quiz a title"),
        ({"quiz": "none-such", "title": "A"}, "Select a valid choice"),
        ({"drills": ["none-such"], "title": "A"}, "is not a valid"),
        ({"title": "A" * 121}, "at most 120"),
    ],
)
def test_what_is_missing_or_strange_is_said(client, instructor, written, drill, sent, words):
    client.force_login(instructor)
    answer = take(client, written, drill, **sent)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert len(quizzes(written)) == 1


def test_a_locked_lesson_stays_as_it_is_and_says_why(client, instructor, written, drill):
    written.locked, written.locked_by = True, UserFactory(role="administrator")
    written.save()
    client.force_login(instructor)
    answer = take(client, written, drill, title="Light")
    assert answer.status_code == 422
    assert "This lesson is locked" in answer.content.decode()
    assert len(quizzes(written)) == 1


def test_a_translation_takes_nothing_since_its_source_would_overwrite_it(client, instructor, written, drill):
    source, _made = TranslationSource.update_or_create_from_instance(written)
    Translation.objects.create(source=source, target_locale=written.locale)
    client.force_login(instructor)
    assert "is a translation" in take(client, written, drill, title="Light").content.decode()
    assert len(quizzes(written)) == 1


def test_she_finds_questions_by_words_skill_kind_and_language(client, instructor, shelf, written):
    chinese = Locale.objects.exclude(pk=Locale.get_default().pk).get(language_code="zh-hans")
    for raw in make.every_kind():
        make.make_drill(shelf, raw, title=f"About {raw['type']}", skill="sound" if raw["type"] == "text" else "cut")
    make.make_drill(shelf, make.question("光在哪里？", ("左", True), ("右", False)), title="光", locale=chinese)
    client.force_login(instructor)

    def found(**search):
        page = client.get(take_url(written), search)
        return [choice.text for choice in page.context["choices"]]

    everything = {"words": "", "skill": "", "kind": "", "locale": ""}
    assert len(found()) == 5  # those in the language of the lesson
    assert len(found(**everything)) == 6
    assert found(**everything | {"words": "WHERE IS THE CUT"}) == ["Where is the cut?"]
    assert found(**everything | {"words": "about order"}) == ["In which order?"]
    assert found(**everything | {"words": "光在"}) == ["光在哪里？"]
    assert found(**everything | {"skill": "sound"}) == ["Which light?"]
    assert found(**everything | {"kind": "match"}) == ["What belongs together?"]
    assert found(**everything | {"kind": "number", "words": "light"}) == []
    assert found(**everything | {"kind": "riddle"}) == []
    assert found(**everything | {"words": "100%_'\"\\"}) == []


def test_the_bank_of_another_shelf_is_neither_shown_nor_taken(client, instructor, written):
    stranger = UserFactory(role="instructor")
    theirs = make.make_drill(make.make_shelf(stranger, "Other"), make.question("Theirs?", ("A", True), ("B", False)))
    client.force_login(instructor)
    assert "Theirs?" not in client.get(take_url(written)).content.decode()
    assert take(client, written, theirs, title="Light").status_code == 422
    assert len(quizzes(written)) == 1


@pytest.mark.parametrize("url", [take_url, keep_url])
def test_the_lesson_of_another_shelf_is_not_there(client, written, drill, url):
    stranger = UserFactory(role="instructor")
    make.make_shelf(stranger, "Other")
    client.force_login(stranger)
    assert client.get(url(written)).status_code == 404
    assert client.post(url(written), {"drills": [drill.pk], "title": "Mine"}).status_code == 404
    client.force_login(UserFactory(role="learner"))
    assert client.get(url(written)).status_code in (302, 403)


def test_questions_of_a_draft_are_kept_in_the_bank_once_and_not_practised(client, instructor, shelf, written):
    client.force_login(instructor)
    first, second = quizzes(written)[0].value["questions"]
    for words in ("2 new questions in the bank", "0 new questions in the bank"):
        assert words in keep(client, written, first, second).content.decode()
    drills = list(Drill.objects.order_by("title"))
    assert [(d.title, d.shelf, d.is_in_use, d.skill) for d in drills] == [
        ("What helps?", shelf, False, "light"),
        ("Where is the light?", shelf, False, "light"),
    ]
    assert ids_of(drills[1].question.raw_data[0]).isdisjoint(ids_of(first))


def test_what_came_from_the_bank_is_not_kept_a_second_time(client, instructor, written, drill):
    client.force_login(instructor)
    take(client, written, drill, quiz=str(quizzes(written)[0].id))
    keep(client, written, quizzes(written)[0].value["questions"][-1])
    assert Drill.objects.count() == 1


def test_a_question_that_is_half_written_is_not_kept(client, instructor, written):
    raw = make.question("What is", ("Only this", False))
    written.body = json.dumps([make.block("quiz", {"title": "Half", "pass_mark": 60, "questions": [raw]})])
    written.save_revision(clean=False)
    client.force_login(instructor)
    answer = keep(client, written, raw)
    assert answer.status_code == 422
    assert "This question is not finished: “What is”" in answer.content.decode()
    assert not Drill.objects.exists()


def test_who_may_write_no_drills_keeps_none(client, administrator, instructor, written):
    client.force_login(administrator)
    assert keep_url(written) not in client.get(reverse("wagtailadmin_pages:edit", args=[written.pk])).content.decode()
    keep(client, written, *quizzes(written)[0].value["questions"])
    assert not Drill.objects.exists()


def test_the_way_to_the_bank_is_in_the_lesson_and_in_the_list_of_drills(client, instructor, course, written):
    client.force_login(instructor)
    editor = client.get(reverse("wagtailadmin_pages:edit", args=[written.pk])).content.decode()
    assert take_url(written) in editor
    assert keep_url(written) in editor
    of_course = client.get(reverse("wagtailadmin_pages:edit", args=[course.pk])).content.decode()
    assert "/admin/bank/" not in of_course
    assert reverse("bank:index") in client.get(DRILLS).content.decode()
    assert client.get(reverse("bank:index")).status_code == 200
    assert client.get(reverse("bank:index"), {"lesson": written.pk}).url == take_url(written)


@pytest.mark.once
def test_three_questions_or_three_hundred_cost_the_same(
    client, instructor, shelf, written, django_assert_max_num_queries
):
    client.force_login(instructor)
    counts = []
    for number in (3, 297):
        for n in range(number):
            make.make_drill(shelf, make.question(f"{number}-{n}?", ("A", True), ("B", False)))
        with django_assert_max_num_queries(30) as captured:
            page = client.get(take_url(written))
        counts.append(len(captured))
    assert counts[0] == counts[1]
    assert page.context["shown"].paginator.count == 300
    assert len(page.context["choices"]) == 50
    assert len(client.get(take_url(written), {"p": "6"}).context["choices"]) == 50
