"""A shelf: the instructor writes, an editor publishes, and nobody else sees her drafts."""

import pytest
from django.core.management import call_command
from django.urls import reverse
from wagtail.models import GroupPagePermission, Locale, Page, Workflow

from courses.models import CoursePage, LessonPage, ShelfPage
from courses.shelves import NoCourseIndex, add_language, open_shelf
from tests.factories import courses as make
from tests.factories.accounts import UserFactory


@pytest.fixture
def stranger(db):
    """An instructor with a shelf of her own."""
    person = UserFactory(role="instructor")
    make.make_shelf(person, "Other")
    return person


@pytest.fixture
def draft(course):
    """A lesson that is not published."""
    lesson = make.make_lesson(course, make.text("<p>Unfinished</p>"), title="Secret draft", live=False)
    lesson.save_revision()
    return lesson


def test_it_comes_with_a_page_in_every_language(instructor):
    make.make_index()
    chinese, _made = Locale.objects.get_or_create(language_code="zh-hans")
    make.make_index(chinese)
    shelf = open_shelf(name="Anna", slug="anna", instructor=instructor, by=instructor)
    pages = ShelfPage.objects.filter(shelf=shelf)
    assert {page.locale.language_code for page in pages} == {"en", "zh-hans"}
    assert len({page.translation_key for page in pages}) == 1
    assert {page.slug for page in pages} == {"anna"}
    assert instructor.groups.filter(pk=shelf.group_id).exists()
    assert instructor.has_role("instructor")


def test_a_language_that_comes_later_gets_its_page(shelf):
    chinese, _made = Locale.objects.get_or_create(language_code="zh-hans")
    index = make.make_index(chinese)
    page = add_language(shelf=shelf, index=index)
    assert page == add_language(shelf=shelf, index=index)
    assert page.translation_key == shelf.pages.order_by("path").first().translation_key


def test_publishing_the_list_of_courses_in_a_language_gives_each_shelf_its_page(shelf):
    chinese, _made = Locale.objects.get_or_create(language_code="zh-hans")
    index = make.make_index(chinese)
    for _twice in range(2):
        index.save_revision().publish()
    assert shelf.pages.filter(locale=chinese).count() == 1


def test_an_older_shelf_gets_what_teachers_may_write_by_now(shelf, instructor):
    shelf.group.permissions.clear()
    assert not instructor.has_perm("courses.add_drill")
    call_command("migrate", verbosity=0)
    again = type(instructor).objects.get(pk=instructor.pk)
    assert again.has_perms(["courses.add_drill", "courses.change_rubric"])


def test_the_first_page_of_the_admin_leads_to_her_work(client, instructor, shelf):
    client.force_login(instructor)
    page = client.get(reverse("wagtailadmin_home")).content.decode()
    assert reverse("courses:queue") in page
    assert reverse("courses:insight") in page
    assert reverse("to_mend:index") in page


def test_without_a_list_of_courses_nothing_is_left_behind(instructor):
    with pytest.raises(NoCourseIndex):
        open_shelf(name="Anna", slug="anna", instructor=instructor, by=instructor)
    assert not instructor.groups.filter(name__startswith="Shelf").exists()


def test_her_group_may_write_and_not_publish(shelf):
    given = GroupPagePermission.objects.filter(group=shelf.group).values_list("permission__codename", flat=True)
    assert set(given) == {"add_page", "change_page"}


def lesson_form(**fields):
    from wagtail.test.utils.form_data import nested_form_data, streamfield

    data = {
        "title": "Sound",
        "slug": "sound",
        "summary": "Hear the room.",
        "body": streamfield([("heading", "Listen first")]),
        "comments": {"TOTAL_FORMS": 0, "INITIAL_FORMS": 0, "MIN_NUM_FORMS": 0, "MAX_NUM_FORMS": 1000},
    }
    return nested_form_data(data | fields)


def test_she_opens_a_lesson_with_each_kind_of_piece_to_edit_it(client, instructor, lesson):
    client.force_login(instructor)
    assert client.get(f"/admin/pages/{lesson.pk}/edit/").status_code == 200


def test_she_writes_a_lesson_and_an_editor_publishes_it(client, instructor, administrator, course):
    client.force_login(instructor)
    add = reverse("wagtailadmin_pages:add", args=["courses", "lessonpage", course.pk])
    assert client.get(add).status_code == 200
    client.post(add, lesson_form(**{"action-submit": "1"}))
    lesson = LessonPage.objects.get(slug="sound")
    assert not lesson.live
    state = lesson.current_workflow_state
    assert state.workflow == Workflow.objects.get(name="Publishing")
    edit = reverse("wagtailadmin_pages:edit", args=[lesson.pk])
    client.post(edit, lesson_form(**{"action-publish": "1"}))
    lesson.refresh_from_db()
    assert not lesson.live
    task_state = state.current_task_state
    client.force_login(administrator)
    assert client.get(edit).status_code == 200
    approve = reverse("wagtailadmin_pages:workflow_action", args=[lesson.pk, "approve", task_state.pk])
    client.post(approve, {"comment": ""})
    lesson.refresh_from_db()
    assert lesson.live


def test_the_explorer_shows_only_her_shelf(client, stranger, instructor, draft):
    listing = reverse("wagtailadmin_explore", args=[draft.get_parent().pk])
    client.force_login(instructor)
    assert "Secret draft" in client.get(listing).content.decode()
    client.force_login(stranger)
    response = client.get(listing)
    assert response.status_code in (302, 403, 404)
    root = client.get(reverse("wagtailadmin_explore_root"), follow=True).content.decode()
    assert "Secret draft" not in root
    assert "Your first video" not in root


@pytest.mark.parametrize(
    "name", ["edit", "delete", "history", "copy", "move", "view_draft", "usage", "unpublish", "workflow_history"]
)
def test_no_address_of_the_admin_shows_a_foreign_draft(client, stranger, draft, name):
    client.force_login(stranger)
    response = client.get(reverse(f"wagtailadmin_pages:{name}", args=[draft.pk]))
    assert response.status_code in (302, 403, 404)
    assert b"Unfinished" not in response.content


def test_a_foreign_draft_is_not_changed(client, stranger, draft):
    client.force_login(stranger)
    client.post(reverse("wagtailadmin_pages:edit", args=[draft.pk]), lesson_form(title="Taken"))
    assert LessonPage.objects.get(pk=draft.pk).get_latest_revision_as_object().title == "Secret draft"


@pytest.mark.parametrize(
    "address",
    ["wagtailadmin_pages:search", "wagtailadmin_choose_page_search", "wagtailadmin_home"],
)
def test_search_and_choosers_hide_foreign_drafts(indexed, client, stranger, instructor, draft, address):
    client.force_login(stranger)
    page = client.get(reverse(address), {"q": "Secret", "page_type": "wagtailcore.page"}).content.decode()
    assert "Secret draft" not in page


def test_the_page_chooser_does_not_open_foreign_courses(client, stranger, draft):
    client.force_login(stranger)
    parent = draft.get_parent()
    address = reverse("wagtailadmin_choose_page_child", args=[parent.pk])
    assert "Secret draft" not in client.get(address).content.decode()
    Page.objects.filter(pk=parent.pk).update(live=False)
    response = client.get(address)
    assert response.status_code in (302, 403)
    assert "Your first video" not in response.content.decode()


def test_her_own_chooser_shows_her_own_drafts(indexed, client, instructor, draft):
    client.force_login(instructor)
    for address in (
        reverse("wagtailadmin_choose_page_child", args=[draft.get_parent().pk]),
        reverse("wagtailadmin_choose_page_search"),
    ):
        assert "Secret draft" in client.get(address, {"q": "Secret"}).content.decode()


def test_only_shelves_have_courses_and_only_courses_have_lessons():
    assert [m.__name__ for m in ShelfPage.allowed_subpage_models()] == ["CoursePage"]
    assert [m.__name__ for m in CoursePage.allowed_subpage_models()] == ["LessonPage"]
    assert LessonPage.allowed_subpage_models() == []
    assert CoursePage.allowed_parent_page_models() == [ShelfPage]
    assert LessonPage.allowed_parent_page_models() == [CoursePage]


def test_her_pictures_and_videos_are_her_own(client, stranger, instructor, shelf):
    make.make_asset(title="Hidden film", collection=shelf.collection)
    chooser = reverse("video_chooser:choose")
    client.force_login(instructor)
    assert "Hidden film" in client.get(chooser).content.decode()
    client.force_login(stranger)
    assert "Hidden film" not in client.get(chooser).content.decode()


def test_publishing_remembers_the_first_open_video(course):
    closed = make.make_lesson(course, make.video(make.make_asset()), title="Closed")
    closed.save_revision().publish()
    course.refresh_from_db()
    assert course.open_video is None
    asset = make.make_asset()
    opened = make.make_lesson(course, make.video(asset), title="Open", open_to_all=True)
    opened.save_revision().publish()
    course.refresh_from_db()
    assert course.open_video == asset
    opened.unpublish()
    course.refresh_from_db()
    assert course.open_video is None


def test_a_lesson_is_weighed_again_when_its_video_is_ready(indexed, course):
    from media_pipeline.models import Asset
    from media_pipeline.signals import asset_changed

    asset = make.make_asset(state="preparing", duration_ms=None, mp4_bytes=0)
    lesson = make.make_lesson(course, make.video(asset))
    Asset.objects.filter(pk=asset.pk).update(
        state="ready", duration_ms=200_000, mp4_bytes=8_000_000, outputs=f"outputs/{asset.pk}/1"
    )
    asset_changed.send(sender=Asset, asset_id=asset.pk, state="ready")
    lesson.refresh_from_db()
    assert (lesson.minutes, lesson.megabytes) == (4, 8)


def test_the_tree_is_a_tree(lesson):
    assert Page.find_problems() == ([], [], [], [], [])
