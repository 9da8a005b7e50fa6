"""Where editing a course differs from what Wagtail does with any page."""

from typing import Any

from wagtail.admin.forms.pages import CopyForm
from wagtail.models import Page, PagePermissionTester


class OwnCopyForm(CopyForm):
    """Copies without aliases: an alias has the pieces of its original, and so its answers."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.pop("alias", None)


class OrderedByWriters(PagePermissionTester):
    """Who may edit a course may put its lessons in order; Wagtail asks for the right to publish."""

    def can_reorder_children(self) -> bool:
        """Say whether the user may drag what is below the page."""
        return super().can_reorder_children() or self.can_edit()

    def can_move_to(self, destination: Page) -> bool:
        """Let the page be put elsewhere among its neighbours, as well as where Wagtail lets it go."""
        stays = self.page.path[: -self.page.steplen] == destination.path
        return super().can_move_to(destination) or (
            stays and destination.permissions_for_user(self.user).can_reorder_children()
        )
