"""What is withheld for tax, by which record, and whose form is missing; none of it for statements that exist."""

import django.db.models.deletion
import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models

from revenue import triggers


def take_triggers_away(apps, schema_editor):
    """They name columns that come or go here; they are put back after every migrate."""
    triggers.remove(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [
        ("creators", "0002_films_and_certificates"),
        ("revenue", "0013_what_the_bank_says"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunPython(take_triggers_away, migrations.RunPython.noop, elidable=False),
        migrations.CreateModel(
            name="TaxRecord",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("country", models.CharField(max_length=2, verbose_name="country for tax")),
                ("form", models.CharField(blank=True, max_length=60, verbose_name="form on file")),
                (
                    "rate_bps",
                    models.PositiveIntegerField(default=0, verbose_name="withheld, in hundredths of a percent"),
                ),
                ("valid_from", models.DateField(verbose_name="valid from")),
                ("valid_until", models.DateField(blank=True, null=True, verbose_name="valid until")),
                ("note", models.CharField(blank=True, max_length=300, verbose_name="why this rate")),
                ("recorded_at", models.DateTimeField(verbose_name="recorded")),
            ],
            options={
                "verbose_name": "tax record",
                "verbose_name_plural": "tax records",
                "ordering": ["-recorded_at", "-pk"],
                "permissions": [("record_tax", "May record creators' tax forms")],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="TaxRule",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("country", models.CharField(blank=True, max_length=2, verbose_name="country")),
                ("form", models.CharField(blank=True, max_length=60, verbose_name="form")),
                ("instructions", models.CharField(blank=True, max_length=600, verbose_name="what she has to send")),
                ("source", models.CharField(max_length=300, verbose_name="where this stands")),
                ("effective_from", models.DateField(verbose_name="from")),
                ("made_at", models.DateTimeField(verbose_name="made")),
            ],
            options={
                "verbose_name": "tax rule",
                "verbose_name_plural": "tax rules",
                "ordering": ["country", "-effective_from"],
                "permissions": [("make_tax_rule", "May say which tax forms are needed")],
                "default_permissions": (),
            },
        ),
        migrations.RemoveConstraint(
            model_name="statement",
            name="revenue_statement_adds_up",
        ),
        migrations.RemoveConstraint(
            model_name="statementline",
            name="revenue_statement_line_kind_known",
        ),
        migrations.AddField(
            model_name="statement",
            name="withheld",
            field=models.BigIntegerField(default=0, verbose_name="withheld for tax"),
        ),
        migrations.AlterField(
            model_name="statementline",
            name="kind",
            field=models.CharField(
                choices=[
                    ("opening", "Brought forward"),
                    ("earnings", "Earned"),
                    ("adjustment", "Corrected by the platform"),
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
                    ("kind__in", ["opening", "earnings", "adjustment", "correction", "withholding", "parts"])
                ),
                name="revenue_statement_line_kind_known",
            ),
        ),
        migrations.AddField(
            model_name="taxrecord",
            name="creator",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="tax_records",
                to="creators.profile",
                verbose_name="creator",
            ),
        ),
        migrations.AddField(
            model_name="taxrecord",
            name="recorded_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="statement",
            name="tax_record",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="revenue.taxrecord",
            ),
        ),
        migrations.AddField(
            model_name="taxrule",
            name="made_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="statement",
            name="needs_form",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="revenue.taxrule",
            ),
        ),
        migrations.AddConstraint(
            model_name="statement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "payable",
                        django.db.models.expressions.CombinedExpression(
                            django.db.models.expressions.CombinedExpression(
                                django.db.models.expressions.CombinedExpression(
                                    models.F("opening"), "+", models.F("earned")
                                ),
                                "-",
                                models.F("withheld"),
                            ),
                            "-",
                            models.F("carried"),
                        ),
                    )
                ),
                name="revenue_statement_adds_up",
            ),
        ),
        migrations.AddConstraint(
            model_name="statement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("withheld", 0), models.Q(("tax_record__isnull", False), ("withheld__gt", 0)), _connector="OR"
                ),
                name="revenue_statement_withholds_by_a_record",
            ),
        ),
        migrations.AddConstraint(
            model_name="statement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("needs_form__isnull", True), models.Q(("payable", 0), ("withheld", 0)), _connector="OR"
                ),
                name="revenue_statement_waits_for_a_form",
            ),
        ),
        migrations.AddConstraint(
            model_name="taxrecord",
            constraint=models.CheckConstraint(
                condition=models.Q(("rate_bps__lte", 10000)), name="revenue_tax_record_at_most_all"
            ),
        ),
        migrations.AddConstraint(
            model_name="taxrecord",
            constraint=models.CheckConstraint(
                condition=models.Q(("country", ""), _negated=True), name="revenue_tax_record_has_a_country"
            ),
        ),
        migrations.AddConstraint(
            model_name="taxrecord",
            constraint=models.CheckConstraint(
                condition=models.Q(("rate_bps", 0), models.Q(("note", ""), _negated=True), _connector="OR"),
                name="revenue_tax_record_says_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="taxrecord",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("valid_until__isnull", True), ("valid_until__gte", models.F("valid_from")), _connector="OR"
                ),
                name="revenue_tax_record_ends_after_its_start",
            ),
        ),
        migrations.AddConstraint(
            model_name="taxrule",
            constraint=models.UniqueConstraint(fields=("country", "effective_from"), name="revenue_tax_rule_once"),
        ),
        migrations.AddConstraint(
            model_name="taxrule",
            constraint=models.CheckConstraint(
                condition=models.Q(("source", ""), _negated=True), name="revenue_tax_rule_has_a_source"
            ),
        ),
        migrations.AddConstraint(
            model_name="taxrule",
            constraint=models.CheckConstraint(
                condition=models.Q(("form", ""), models.Q(("instructions", ""), _negated=True), _connector="OR"),
                name="revenue_tax_rule_says_what_to_send",
            ),
        ),
        migrations.RunPython(migrations.RunPython.noop, take_triggers_away, elidable=False),
    ]
