"""What each role may do in the admin: one table, applied after every migrate."""

from django.contrib.auth.models import Group, Permission
from django.db.models import Q

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
    ],
    "finance approver": [
        "wagtailadmin.access_admin",
        "creators.confirm_channel",
        "revenue.view_books",
        "revenue.approve_statement",
        "revenue.pay_statement",
    ],
    "administrator": [
        "wagtailadmin.access_admin",
        "creators.confirm_channel",
        "revenue.view_books",
        "revenue.open_agreement",
        "courses.add_rubric",
        "courses.change_rubric",
        "courses.view_rubric",
    ],
}


def sync_roles(**_signal: object) -> None:
    """Make each role's group and give it its permissions. Raises ValueError for a permission that does not exist."""
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
