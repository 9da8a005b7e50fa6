"""What each role may do in the admin: one table, applied after every migrate."""

from django.contrib.auth.models import Group, Permission
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Q
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, Page

# role → permissions as "app_label.codename". Instructors get the rights to their pages from their shelf's group.
ROLE_PERMISSIONS: dict[str, list[str]] = {
    "learner": [],
    "creator": [],
    "instructor": ["wagtailadmin.access_admin"],
    "finance preparer": [
        "wagtailadmin.access_admin",
        "creators.confirm_channel",
        "revenue.view_books",
        "revenue.import_report",
        "revenue.close_month",
        "revenue.prepare_statement",
        "revenue.hold_statement",
        "revenue.answer_dispute",
        "revenue.record_tax",
        "revenue.share_channel",
        "revenue.see_children",
        "revenue.exchange_money",
    ],
    "finance approver": [
        "wagtailadmin.access_admin",
        "creators.confirm_channel",
        "revenue.view_books",
        "revenue.approve_statement",
        "revenue.pay_statement",
        "revenue.see_trail",
    ],
    "administrator": [
        "wagtailadmin.access_admin",
        "creators.confirm_channel",
        "revenue.view_books",
        "revenue.open_agreement",
        "revenue.make_tax_rule",
        "revenue.make_child_rule",
        "revenue.see_trail",
        "courses.add_rubric",
        "courses.change_rubric",
        "courses.view_rubric",
        "courses.change_drill",
        "courses.view_drill",
        "accounts.add_user",
        "accounts.change_user",
        "wagtailcore.add_collection",
        "wagtailcore.change_collection",
        "wagtailcore.delete_collection",
        "wagtailcore.add_locale",
        "wagtailcore.change_locale",
        "wagtailcore.add_workflow",
        "wagtailcore.change_workflow",
        "wagtailcore.add_task",
        "wagtailcore.change_task",
        "wagtailredirects.add_redirect",
        "wagtailredirects.change_redirect",
        "wagtailredirects.delete_redirect",
        "wagtail_localize.submit_translation",
        "media_pipeline.operate_jobs",
    ],
}

# What an administrator may do with every page, and with what lies in every collection.
PAGE_PERMISSIONS = ["add_page", "change_page", "publish_page", "bulk_delete_page", "lock_page", "unlock_page"]
COLLECTION_PERMISSIONS = {
    "wagtailimages": ["add_image", "change_image", "choose_image"],
    "wagtaildocs": ["add_document", "change_document", "choose_document"],
    "media_pipeline": ["add_asset", "change_asset", "choose_asset"],
}


def sync_roles(*, using: str = DEFAULT_DB_ALIAS, **_signal: object) -> None:
    """Make each role's group and give it its permissions. Raises ValueError for a permission that does not exist.

    Does nothing while only a part of the apps is migrated.
    """
    needed = {model._meta.db_table for model in (Group, Permission, Page, Collection, GroupPagePermission)}
    if not needed <= set(connections[using].introspection.table_names()):
        return
    for role, names in ROLE_PERMISSIONS.items():
        group, _created = Group.objects.get_or_create(name=role)
        wanted = Q(pk__in=[])
        for name in names:
            app_label, codename = name.split(".")
            wanted |= Q(content_type__app_label=app_label, codename=codename)
        permissions = list(Permission.objects.filter(wanted))
        if missing := set(names) - {f"{p.content_type.app_label}.{p.codename}" for p in permissions}:
            raise ValueError(f"Unknown permissions for {role}: {sorted(missing)}")
        group.permissions.add(*permissions)
    _open_every_page_to(Group.objects.get(name="administrator"))


def _open_every_page_to(group: Group) -> None:
    root, collection = Page.get_first_root_node(), Collection.get_first_root_node()
    for permission in Permission.objects.filter(content_type__app_label="wagtailcore", codename__in=PAGE_PERMISSIONS):
        GroupPagePermission.objects.get_or_create(group=group, page=root, permission=permission)
    for app_label, codenames in COLLECTION_PERMISSIONS.items():
        for permission in Permission.objects.filter(content_type__app_label=app_label, codename__in=codenames):
            GroupCollectionPermission.objects.get_or_create(group=group, collection=collection, permission=permission)
