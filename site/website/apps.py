from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class WebsiteConfig(AppConfig):
    name = "website"
    verbose_name = _("Web site")

    def ready(self) -> None:
        from courses.shelves import sync_shelves
        from website import receivers  # noqa: F401  (connects them)
        from website.address import sync_address
        from website.csp import give_choosers_the_nonce
        from website.roles import sync_roles

        # The last app to be migrated, so every permission exists by then.
        post_migrate.connect(sync_roles, sender=self)
        post_migrate.connect(sync_address, sender=self)
        post_migrate.connect(sync_shelves, sender=self)
        give_choosers_the_nonce()
