"""The database itself refuses what must never happen to the books: :mod:`revenue.guards`, after every migrate."""

from django.db import migrations

from revenue import triggers


def remove(apps, schema_editor):
    triggers.remove(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("revenue", "0001_initial")]

    operations = [migrations.RunPython(migrations.RunPython.noop, remove, elidable=False)]
