from django.db import migrations, models

from revenue import triggers


def take_triggers_away(apps, schema_editor):
    triggers.remove(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("revenue", "0010_chain_the_entries")]
    operations = [
        migrations.RunPython(take_triggers_away, migrations.RunPython.noop, elidable=False),
        migrations.AlterField("journalentry", "number", models.PositiveBigIntegerField(unique=True, verbose_name="number")),
        migrations.RunPython(migrations.RunPython.noop, take_triggers_away, elidable=False),
    ]
