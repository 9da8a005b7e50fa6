"""What accounts add to Wagtail's log of who did what."""

from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.views.account import NameEmailSettingsPanel

# Wagtail's panel asks for a first and a last name, which nobody has here; names are chosen at /accounts/settings/.
NameEmailSettingsPanel.is_active = lambda self: False


@hooks.register("register_log_actions")
def register_account_actions(actions: object) -> None:
    actions.register_action(
        "accounts.reset_second_step", _("Take the second step away"), _("The second step was taken away")
    )
    actions.register_action("accounts.erase", _("Erase a person's data"), _("A person's data was erased"))
