"""The Wagtail admin of Hearthlight: no way out to other sites from its menu."""

from collections.abc import MutableSequence

from django.http import HttpRequest
from wagtail import hooks
from wagtail.admin.menu import MenuItem


@hooks.register("construct_main_menu")
def leave_out_help(request: HttpRequest, menu_items: MutableSequence[MenuItem]) -> None:
    """Take away Wagtail's own help: it leads to third parties and speaks of another product."""
    menu_items[:] = [item for item in menu_items if item.name != "help"]
