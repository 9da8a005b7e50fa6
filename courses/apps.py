from typing import Any

from django.apps import AppConfig
from django.db.backends.signals import connection_created
from django.utils.translation import gettext_lazy as _


def add_bit_count(connection: Any, **_signal: object) -> None:
    """Give SQLite the ``bit_count`` that PostgreSQL has."""
    if connection.vendor == "sqlite":
        connection.connection.create_function("bit_count", 1, int.bit_count, deterministic=True)


class CoursesConfig(AppConfig):
    name = "courses"
    verbose_name = _("Courses")

    def ready(self) -> None:
        from courses import checks, receivers  # noqa: F401  (registers and connects them)
        from courses.number_blocks import read_numbers_as_numbers

        read_numbers_as_numbers()
        connection_created.connect(add_bit_count, dispatch_uid="courses.bit_count")
