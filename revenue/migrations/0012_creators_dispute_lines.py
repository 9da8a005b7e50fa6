"""A creator can dispute a line; what finance corrects is a line of a later statement."""

import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("creators", "0002_films_and_certificates"),
        ("revenue", "0011_every_entry_has_its_number"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Correction",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("currency", models.CharField(max_length=3)),
                ("amount", models.BigIntegerField(verbose_name="amount")),
            ],
            options={
                "verbose_name": "correction",
                "verbose_name_plural": "corrections",
                "ordering": ["id"],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="Dispute",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("missing", "something is missing"),
                            ("amount", "the amount looks wrong"),
                            ("part", "my part in percent is wrong"),
                            ("taken", "something was taken off that I do not understand"),
                            ("other", "something else"),
                        ],
                        max_length=12,
                        verbose_name="what is wrong",
                    ),
                ),
                ("message", models.CharField(max_length=1000, verbose_name="what she writes")),
                ("raised_at", models.DateTimeField(verbose_name="asked")),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "being looked at"), ("accepted", "corrected"), ("explained", "answered")],
                        default="open",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("answer", models.CharField(blank=True, max_length=1000, verbose_name="answer")),
                ("answered_at", models.DateTimeField(blank=True, null=True, verbose_name="answered")),
            ],
            options={
                "verbose_name": "disputed line",
                "verbose_name_plural": "disputed lines",
                "ordering": ["-raised_at", "id"],
                "permissions": [("answer_dispute", "May answer what creators dispute")],
                "default_permissions": (),
            },
        ),
        migrations.RemoveConstraint(
            model_name="statementline",
            name="revenue_statement_line_kind_known",
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
                    ("parts", "Parts of a cent that add up"),
                ],
                max_length=12,
            ),
        ),
        migrations.AddField(
            model_name="correction",
            name="creator",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="creators.profile"
            ),
        ),
        migrations.AddField(
            model_name="correction",
            name="entry",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="revenue.journalentry"
            ),
        ),
        migrations.AddField(
            model_name="correction",
            name="period",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="corrections", to="revenue.period"
            ),
        ),
        migrations.AddField(
            model_name="statementline",
            name="correction",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="revenue.correction",
            ),
        ),
        migrations.AddConstraint(
            model_name="statementline",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["opening", "earnings", "adjustment", "correction", "parts"])),
                name="revenue_statement_line_kind_known",
            ),
        ),
        migrations.AddField(
            model_name="dispute",
            name="answered_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="dispute",
            name="line",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="disputes",
                to="revenue.statementline",
                verbose_name="line",
            ),
        ),
        migrations.AddField(
            model_name="dispute",
            name="raised_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="correction",
            name="dispute",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="correction", to="revenue.dispute"
            ),
        ),
        migrations.AddIndex(
            model_name="dispute",
            index=models.Index(fields=["state", "raised_at"], name="revenue_dispute_queue"),
        ),
        migrations.AddConstraint(
            model_name="dispute",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason__in", ["missing", "amount", "part", "taken", "other"])),
                name="revenue_dispute_reason_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="dispute",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["open", "accepted", "explained"])), name="revenue_dispute_state_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="dispute",
            constraint=models.CheckConstraint(
                condition=models.Q(("message", ""), _negated=True), name="revenue_dispute_says_why"
            ),
        ),
        migrations.AddConstraint(
            model_name="dispute",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("answer", ""), ("answered_at__isnull", True), ("answered_by__isnull", True), ("state", "open")
                    ),
                    models.Q(
                        models.Q(("state", "open"), _negated=True),
                        models.Q(("answer", ""), _negated=True),
                        ("answered_at__isnull", False),
                        ("answered_by__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="revenue_dispute_answered_by_someone",
            ),
        ),
        migrations.AddConstraint(
            model_name="dispute",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "open")), fields=("line",), name="revenue_dispute_one_open"
            ),
        ),
        migrations.AddConstraint(
            model_name="correction",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount", 0), _negated=True), name="revenue_correction_moves_money"
            ),
        ),
    ]
