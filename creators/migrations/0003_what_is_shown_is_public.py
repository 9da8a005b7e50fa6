"""What a creator shows on her page already, everybody may see: she chose it there."""

from typing import Any

from django.db import migrations


def open_to_everybody(apps: Any, _schema: Any) -> None:
    """Let what is said about each film on a page agree with where it stands."""
    shown = apps.get_model("creators", "PortfolioItem").objects.values("submission")
    apps.get_model("courses", "Submission").objects.filter(pk__in=shown).update(audience="public")


class Migration(migrations.Migration):
    dependencies = [
        ("creators", "0002_films_and_certificates"),
        ("courses", "0017_who_may_see_a_video"),
    ]

    operations = [migrations.RunPython(open_to_everybody, migrations.RunPython.noop)]
