"""What an instructor does with her pages in the admin: preview, plan, compare, put in order, translate."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone
from wagtail.blocks.base import BlockField

from courses.blocks import QuizBlock
from courses.models import LessonPage
from tests.courses.test_shelves import lesson_form
from tests.courses.test_translation import translate
from tests.factories import courses as make
from tests.factories.accounts import UserFactory


@pytest.fixture
def three(course):
    """Three lessons in a course."""
    return [make.make_lesson(course, title=title) for title in ("One", "Two", "Three")]


def titles(course):
    return list(LessonPage.objects.child_of(course).order_by("path").values_list("title", flat=True))


def move_first(client, lesson):
    return client.post(reverse("wagtailadmin_pages:set_page_position", args=[lesson.pk]) + "?position=0")


def test_she_previews_a_lesson_at_the_width_of_a_phone_before_it_is_saved(client, instructor, course, lesson):
    client.force_login(instructor)
    editor = client.get(reverse("wagtailadmin_pages:edit", args=[lesson.pk])).content.decode()
    assert 'data-device-width="375"' in editor
    address = reverse("wagtailadmin_pages:preview_on_edit", args=[lesson.pk])
    assert client.post(address, lesson_form(title="Only seen by me")).json()["is_valid"]
    preview = client.get(address)
    assert "Only seen by me" in preview.content.decode()
    assert preview.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in preview.headers["Content-Security-Policy"]
    lesson.refresh_from_db()
    assert lesson.title == "Window light"


def test_an_editor_plans_when_a_lesson_appears(monkeypatch, instructor, administrator, course):
    draft = make.make_lesson(course, title="Later", live=False)
    draft.go_live_at = timezone.now() + timedelta(days=1)
    draft.save_revision(user=instructor).publish(user=administrator)
    call_command("publish_scheduled")
    draft.refresh_from_db()
    assert not draft.live
    later = timezone.now() + timedelta(days=2)
    monkeypatch.setattr(timezone, "now", lambda: later)
    call_command("publish_scheduled")
    draft.refresh_from_db()
    assert draft.live


@pytest.mark.parametrize("pass_mark", ["60", "many"])
def test_a_quiz_that_came_back_as_it_was_has_not_changed(lesson, pass_mark):
    """Else an approval would have to be given again each time."""
    field = BlockField(block=QuizBlock().child_blocks["pass_mark"])
    saved = next(block.value["pass_mark"] for block in lesson.body if block.block_type == "quiz")
    sent = field.widget.value_from_datadict({"mark": pass_mark}, {}, "mark")
    assert field.has_changed(saved, sent) == (pass_mark == "many")
    if pass_mark == "many":
        with pytest.raises(ValidationError):
            field.clean(sent)


def test_she_compares_two_versions(client, instructor, lesson):
    first = lesson.save_revision(user=instructor)
    lesson.summary = "Find better light."
    second = lesson.save_revision(user=instructor)
    client.force_login(instructor)
    history = client.get(reverse("wagtailadmin_pages:history", args=[lesson.pk]))
    assert history.status_code == 200
    address = reverse("wagtailadmin_pages:revisions_compare", args=[lesson.pk, first.pk, second.pk])
    assert "better" in client.get(address).content.decode()


def test_she_puts_her_lessons_in_order(client, instructor, course, three):
    client.force_login(instructor)
    listing = client.get(reverse("wagtailadmin_explore", args=[course.pk]) + "?ordering=ord").content.decode()
    assert "data-w-orderable" in listing
    assert move_first(client, three[2]).status_code == 200
    assert titles(course) == ["Three", "One", "Two"]


def test_nobody_else_puts_them_in_order(client, course, three):
    stranger = UserFactory(role="instructor")
    make.make_shelf(stranger, "Other")
    client.force_login(stranger)
    assert move_first(client, three[2]).status_code in (302, 403)
    assert titles(course) == ["One", "Two", "Three"]


def test_to_put_in_order_is_not_to_publish_nor_to_move_away(instructor, course, three):
    permissions = course.permissions_for_user(instructor)
    assert permissions.can_reorder_children()
    assert not permissions.can_publish()
    assert not permissions.can_publish_subpage()
    other = make.make_course(course.shelf, title="Other")
    assert three[0].permissions_for_user(instructor).can_move_to(course)
    assert not three[0].permissions_for_user(instructor).can_move_to(other)


def test_the_course_page_shows_the_new_order_at_once(client, instructor, course, three):
    before = client.get(course.url).content.decode()
    assert before.index("Two") < before.index("Three")
    client.force_login(instructor)
    move_first(client, three[2])
    client.logout()
    after = client.get(course.url).content.decode()
    assert after.index("Three") < after.index("Two")


def test_she_translates_side_by_side_and_sees_how_far_she_is(client, instructor, chinese, course, lesson):
    translate(course, chinese, {})
    target = translate(lesson, chinese, {"Window light": "窗边的光"})
    client.force_login(instructor)
    page = client.get(reverse("wagtailadmin_pages:edit", args=[target.pk]))
    assert page.status_code == 200
    assert "data-props" in page.content.decode()
    checked = client.get(reverse("to_mend:course", args=[course.pk])).content.decode()
    assert "passages are in 简体中文" in checked
