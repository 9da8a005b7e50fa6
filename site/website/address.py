"""The address of the site, which Wagtail keeps in its database, follows the settings."""

from urllib.parse import urlsplit

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections
from wagtail.models import Site

PORTS = {"http": 80, "https": 443}


def sync_address(*, using: str = DEFAULT_DB_ALIAS, **_signal: object) -> None:
    """Write ``SITE_URL`` into Wagtail's site, so that sitemaps and messages name the right address."""
    if Site._meta.db_table not in connections[using].introspection.table_names():
        return
    parts = urlsplit(settings.SITE_URL)
    site = Site.objects.filter(is_default_site=True).first()
    hostname, port = parts.hostname or "localhost", parts.port or PORTS[parts.scheme]
    if site is not None and (site.hostname, site.port) != (hostname, port):
        site.hostname, site.port = hostname, port
        site.save()
