"""What a child is owed beyond whole cents goes from month to month, and a rule begins with a month."""

from django.db import migrations, models

from revenue import triggers


def take_triggers_away(apps, schema_editor):
    """They name tables that change here; they are put back after every migrate."""
    triggers.remove(schema_editor.connection)


class Migration(migrations.Migration):

    dependencies = [
        ('revenue', '0020_currencies_are_exchanged'),
    ]

    operations = [
        migrations.RunPython(take_triggers_away, migrations.RunPython.noop, elidable=False),
        migrations.AddField(
            model_name='statementline',
            name='rest_units',
            field=models.BigIntegerField(default=0),
        ),
        migrations.AddConstraint(
            model_name='childrule',
            constraint=models.CheckConstraint(condition=models.Q(('effective_from__day', 1)), name='revenue_child_rule_from_a_first_day'),
        ),
        migrations.RunPython(migrations.RunPython.noop, take_triggers_away, elidable=False),
    ]
