"""The Wagtail admin of Hearthlight: its colours, and no way out to other sites from its menu."""

from collections.abc import MutableSequence

from django.http import HttpRequest
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from wagtail import hooks
from wagtail.admin.menu import MenuItem


@hooks.register("construct_main_menu")
def leave_out_help(request: HttpRequest, menu_items: MutableSequence[MenuItem]) -> None:
    """Take away Wagtail's own help: it leads to third parties and speaks of another product."""
    menu_items[:] = [item for item in menu_items if item.name != "help"]


@hooks.register("insert_global_admin_js")
def field_names() -> SafeString:
    """Name the fields that Wagtail leaves without a name."""
    return format_html('<script type="module" src="{}"></script>', static("js/field-names.js"))


@hooks.register("insert_global_admin_css")
def wear_our_colours() -> SafeString:
    """Link the sheet that sets Wagtail's custom properties."""
    return format_html('<link rel="stylesheet" href="{}">', static("css/admin.css"))
