"""What accounts add to Wagtail's log of who did what."""

from django.utils.translation import gettext_lazy as _
from wagtail import hooks


@hooks.register("register_log_actions")
def register_account_actions(actions: object) -> None:
    actions.register_action("accounts.erase", _("Erase a person's data"), _("A person's data was erased"))
