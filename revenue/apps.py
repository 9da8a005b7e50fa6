from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class RevenueConfig(AppConfig):
    name = "revenue"
    verbose_name = _("Revenue")

    def ready(self) -> None:
        from creators.signals import channel_confirmed
        from revenue.guards import keep_guards
        from revenue.receivers import on_channel_confirmed

        post_migrate.connect(keep_guards, sender=self)
        channel_confirmed.connect(on_channel_confirmed, dispatch_uid="revenue.release_suspense")
