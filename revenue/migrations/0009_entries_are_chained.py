"""Entries get a number and a place in the chain; the next migration fills them.

SQLite makes the table anew and refuses while triggers of other tables name it, so they are taken away before; they are
put back after every migrate.
"""

from django.db import migrations, models

from revenue import triggers


def take_triggers_away(apps, schema_editor):
    triggers.remove(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("revenue", "0008_details_wait_before_use")]
    operations = [
        migrations.RunPython(take_triggers_away, migrations.RunPython.noop, elidable=False),
        migrations.AddField("journalentry", "number", models.PositiveBigIntegerField(null=True, verbose_name="number")),
        migrations.AddField("journalentry", "chain", models.CharField(default="", max_length=64), preserve_default=False),
        migrations.RunPython(migrations.RunPython.noop, take_triggers_away, elidable=False),
    ]
