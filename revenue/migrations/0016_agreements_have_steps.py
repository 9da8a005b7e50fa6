"""An agreement may have steps; none of those that exist has."""

from django.db import migrations, models

from revenue import triggers


def take_triggers_away(apps, schema_editor):
    """They name columns that come or go here; they are put back after every migrate."""
    triggers.remove(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [
        ("revenue", "0015_keep_what_the_nights_proof_said"),
    ]

    operations = [
        migrations.RunPython(take_triggers_away, migrations.RunPython.noop, elidable=False),
        migrations.RemoveConstraint(
            model_name="statementline",
            name="revenue_statement_line_kind_known",
        ),
        migrations.AddField(
            model_name="shareagreement",
            name="step_currency",
            field=models.CharField(blank=True, max_length=3, verbose_name="currency of the steps"),
        ),
        migrations.AddField(
            model_name="shareagreement",
            name="steps",
            field=models.JSONField(blank=True, default=list, verbose_name="steps"),
        ),
        migrations.AlterField(
            model_name="statementline",
            name="creator_bps",
            field=models.IntegerField(default=0),
        ),
        migrations.AlterField(
            model_name="statementline",
            name="kind",
            field=models.CharField(
                choices=[
                    ("opening", "Brought forward"),
                    ("earnings", "Earned"),
                    ("adjustment", "Corrected by the platform"),
                    ("step", "Step of your part"),
                    ("correction", "Corrected by us"),
                    ("withholding", "Withheld for tax"),
                    ("parts", "Parts of a cent that add up"),
                ],
                max_length=12,
            ),
        ),
        migrations.AddConstraint(
            model_name="statementline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("kind__in", ["opening", "earnings", "adjustment", "step", "correction", "withholding", "parts"])
                ),
                name="revenue_statement_line_kind_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="statementline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("creator_bps__range", (0, 10000)),
                    models.Q(("creator_bps__range", (-10000, 10000)), ("kind", "step")),
                    _connector="OR",
                ),
                name="revenue_statement_line_at_most_all",
            ),
        ),
        migrations.RunPython(migrations.RunPython.noop, take_triggers_away, elidable=False),
    ]
