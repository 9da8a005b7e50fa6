"""Opening a shelf: the page, the group, the collection and the workflow of one instructor or school."""

from typing import Any

from django.contrib.auth.models import Group, Permission
from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.utils.translation import gettext as _
from wagtail.log_actions import log
from wagtail.models import (
    Collection,
    GroupApprovalTask,
    GroupCollectionPermission,
    GroupPagePermission,
    Page,
    Workflow,
    WorkflowPage,
    WorkflowTask,
)

from courses.models import CourseIndexPage, Shelf, ShelfPage

EDITORS = "administrator"  # the role that publishes
WORKFLOW = "Publishing"
WRITER_MAY = ["add_page", "change_page"]
EDITOR_MAY = ["add_page", "change_page", "publish_page", "lock_page", "unlock_page", "bulk_delete_page"]
COLLECTION_MAY = {
    "wagtailimages": ["add_image", "change_image", "choose_image"],
    "wagtaildocs": ["add_document", "change_document", "choose_document"],
    "media_pipeline": ["add_asset", "change_asset", "choose_asset"],
}

SNIPPETS_MAY = [f"{action}_{model}" for model in ("rubric", "drill") for action in ("add", "change", "view")]


class NoCourseIndex(RuntimeError):
    """There is no list of courses yet to put a shelf under."""


@transaction.atomic
def open_shelf(*, name: str, slug: str, instructor: Any, by: Any) -> Shelf:
    """Make a shelf on which ``instructor`` writes and nobody else sees her drafts.

    She may add and edit pages below her shelf page, in every language, and use her own collection;
    publishing is asked for through the workflow and done by an editor. Raises NoCourseIndex.
    """
    indexes = list(CourseIndexPage.objects.order_by("path").select_related("locale"))
    if not indexes:
        raise NoCourseIndex(_("Make the list of courses first."))
    group = Group.objects.create(name=f"Shelf: {slug}"[:150])
    collection = Collection.get_first_root_node().add_child(name=name)
    shelf = Shelf.objects.create(name=name, slug=slug, group=group, collection=collection)
    first = _add_pages(shelf, indexes)
    _allow_collection(group, collection)
    _allow_snippets(group)
    add_teacher(shelf=shelf, teacher=instructor, by=by)
    log(shelf, "courses.open_shelf", user=by, data={"page": first.pk})
    return shelf


@transaction.atomic
def add_teacher(*, shelf: Shelf, teacher: Any, by: Any) -> None:
    """Let ``teacher`` write and review on ``shelf``."""
    teacher.give_role("instructor")
    teacher.groups.add(shelf.group)
    log(shelf, "courses.add_teacher", user=by, data={"teacher": teacher.pk})


@transaction.atomic
def add_language(*, shelf: Shelf, index: CourseIndexPage) -> ShelfPage:
    """Return the page of ``shelf`` below ``index``, made now when the language is new."""
    existing = ShelfPage.objects.filter(shelf=shelf, locale=index.locale).first()
    return existing or _add_page(shelf, index, ShelfPage.objects.filter(shelf=shelf).order_by("path").first())


def _add_pages(shelf: Shelf, indexes: list[CourseIndexPage]) -> ShelfPage:
    first: ShelfPage | None = None
    for index in indexes:
        page = _add_page(shelf, index, first)
        first = first or page
    if first is None:
        raise NoCourseIndex
    return first


def _add_page(shelf: Shelf, index: CourseIndexPage, first: ShelfPage | None) -> ShelfPage:
    page = ShelfPage(title=shelf.name, slug=shelf.slug, shelf=shelf, locale=index.locale)
    if first is not None:
        page.translation_key = first.translation_key
    index.add_child(instance=page)
    page.save_revision().publish()
    _allow_pages(shelf.group, page, WRITER_MAY)
    _allow_pages(Group.objects.get_or_create(name=EDITORS)[0], index, EDITOR_MAY)
    WorkflowPage.objects.get_or_create(page=page.page_ptr, defaults={"workflow": publishing_workflow()})
    return page


def publishing_workflow() -> Workflow:
    """Return the workflow by which instructors ask and an editor publishes, made when it is missing."""
    workflow, created = Workflow.objects.get_or_create(name=WORKFLOW)
    if created:
        task = GroupApprovalTask.objects.create(name="An editor looks at it")
        task.groups.add(Group.objects.get_or_create(name=EDITORS)[0])
        WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=0)
    return workflow


def _permissions(app_label: str, codenames: list[str]) -> list[Permission]:
    found = list(Permission.objects.filter(content_type__app_label=app_label, codename__in=codenames))
    if missing := set(codenames) - {permission.codename for permission in found}:
        raise LookupError(f"Unknown permissions of {app_label}: {sorted(missing)}")
    return found


def _allow_pages(group: Group, page: Page, codenames: list[str]) -> None:
    GroupPagePermission.objects.bulk_create(
        (
            GroupPagePermission(group=group, page_id=page.pk, permission=permission)
            for permission in _permissions("wagtailcore", codenames)
        ),
        ignore_conflicts=True,
    )


def _allow_collection(group: Group, collection: Collection) -> None:
    GroupCollectionPermission.objects.bulk_create(
        (
            GroupCollectionPermission(group=group, collection=collection, permission=permission)
            for app_label, codenames in COLLECTION_MAY.items()
            for permission in _permissions(app_label, codenames)
        ),
        ignore_conflicts=True,
    )


def _allow_snippets(group: Group) -> None:
    group.permissions.add(*_permissions("courses", SNIPPETS_MAY))


def sync_shelves(*, using: str = DEFAULT_DB_ALIAS, **_signal: object) -> None:
    """Give every shelf what a new one gets, after migrate: it may be older than what teachers now may write."""
    if Shelf._meta.db_table not in connections[using].introspection.table_names():
        return
    for shelf in Shelf.objects.select_related("group", "collection"):
        _allow_snippets(shelf.group)
        _allow_collection(shelf.group, shelf.collection)
