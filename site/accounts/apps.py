from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from wagtail.users.apps import WagtailUsersAppConfig


class AccountsConfig(AppConfig):
    default = True
    name = "accounts"
    verbose_name = _("Accounts")

    def ready(self) -> None:
        from allauth.account.signals import authentication_step_completed
        from django.contrib.auth.signals import user_logged_in

        from accounts import receivers

        user_logged_in.connect(receivers.end_session_with_browser)
        authentication_step_completed.connect(receivers.forget_unproved_password)


class PeopleAdminConfig(WagtailUsersAppConfig):
    """Wagtail's app for users, told to use our pages for people."""

    user_viewset = "accounts.people.PeopleViewSet"
