from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("Accounts")

    def ready(self) -> None:
        from allauth.account.signals import authentication_step_completed
        from django.contrib.auth.signals import user_logged_in

        from accounts import receivers

        user_logged_in.connect(receivers.end_session_with_browser)
        authentication_step_completed.connect(receivers.forget_unproved_password)
