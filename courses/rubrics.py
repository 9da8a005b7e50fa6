"""New versions of rubrics, and who may use which."""

from typing import Any

from django.db import transaction
from wagtail.log_actions import log
from wagtail.models import Locale

from courses.models import Rubric, Shelf


def may_change(user: Any, rubric: Rubric) -> bool:
    """Say whether ``user`` may add a version: administrators of any, teachers of those of their shelves."""
    if user.is_superuser or user.has_role("administrator"):
        return True
    return rubric.shelf_id is not None and Shelf.objects.of(user).filter(pk=rubric.shelf_id).exists()


def shelf_for_new(user: Any) -> Shelf | None:
    """Return the shelf that a rubric written by ``user`` belongs to; None is everybody's."""
    if user.is_superuser or user.has_role("administrator"):
        return None
    return Shelf.objects.of(user).order_by("opened_at").first()


@transaction.atomic
def new_version(*, rubric: Rubric, name: str, criteria: Any, locale: Locale, by: Any) -> Rubric:
    """Put a new version of ``rubric`` in the place of the one in use in ``locale``; grades keep the old one.

    The same content is no new version. Another language is a translation in the same family.
    """
    in_use = Rubric.objects.latest().select_for_update().filter(family=rubric.family, locale=locale).first()
    version = Rubric(family=rubric.family, locale=locale, name=name, criteria=criteria, shelf=rubric.shelf)
    if in_use is not None:
        if version.hash_of_content() == in_use.content_hash:
            return in_use
        Rubric.objects.filter(pk=in_use.pk).update(replaced_by=version.pk)  # the key is checked at the commit
    version.save()
    log(version, "courses.new_rubric_version", user=by)
    return version
