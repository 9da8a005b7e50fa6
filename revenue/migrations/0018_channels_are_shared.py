"""A channel may be shared; none of those that exist is."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from revenue import triggers


def take_triggers_away(apps, schema_editor):
    """They name columns that come or go here; they are put back after every migrate."""
    triggers.remove(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [
        ("creators", "0003_what_is_shown_is_public"),
        ("revenue", "0017_bookings_that_come_twice"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunPython(take_triggers_away, migrations.RunPython.noop, elidable=False),
        migrations.CreateModel(
            name="SharingPart",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("place", models.PositiveSmallIntegerField()),
                ("bps", models.PositiveIntegerField(verbose_name="part, in hundredths of a percent")),
            ],
            options={
                "verbose_name": "part of a channel",
                "verbose_name_plural": "parts of channels",
                "ordering": ["sharing", "place"],
                "default_permissions": (),
            },
        ),
        migrations.AddField(
            model_name="accrual",
            name="part_micros",
            field=models.BigIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="accrual",
            name="place",
            field=models.PositiveSmallIntegerField(default=1),
        ),
        migrations.AlterField(
            model_name="accrual",
            name="total",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="accruals",
                to="revenue.channeltotal",
            ),
        ),
        migrations.CreateModel(
            name="ChannelSharing",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("part_count", models.PositiveSmallIntegerField()),
                ("effective_from", models.DateField(verbose_name="from")),
                ("effective_to", models.DateField(blank=True, null=True, verbose_name="until, not including")),
                ("note", models.CharField(blank=True, max_length=200, verbose_name="note")),
                ("made_at", models.DateTimeField(auto_now_add=True, verbose_name="made")),
                (
                    "channel",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="creators.channel",
                        verbose_name="channel",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "verbose_name": "shared channel",
                "verbose_name_plural": "shared channels",
                "ordering": ["-effective_from", "id"],
                "permissions": [("share_channel", "May say who shares a channel")],
                "default_permissions": (),
            },
        ),
        migrations.AddField(
            model_name="accrual",
            name="sharing",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="accruals",
                to="revenue.channelsharing",
            ),
        ),
        migrations.AddField(
            model_name="statementline",
            name="sharing",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="revenue.channelsharing",
            ),
        ),
        migrations.AddConstraint(
            model_name="accrual",
            constraint=models.UniqueConstraint(fields=("total", "place"), name="revenue_accrual_once"),
        ),
        migrations.AddConstraint(
            model_name="accrual",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("part_micros__isnull", True), ("place", 1), ("sharing__isnull", True)),
                    models.Q(("part_micros__isnull", False), ("place__gte", 1), ("sharing__isnull", False)),
                    _connector="OR",
                ),
                name="revenue_accrual_whole_or_shared",
            ),
        ),
        migrations.AddField(
            model_name="sharingpart",
            name="creator",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="creators.profile",
                verbose_name="creator",
            ),
        ),
        migrations.AddField(
            model_name="sharingpart",
            name="sharing",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="parts", to="revenue.channelsharing"
            ),
        ),
        migrations.AddConstraint(
            model_name="channelsharing",
            constraint=models.CheckConstraint(
                condition=models.Q(("part_count__gte", 2)), name="revenue_sharing_has_two_parts"
            ),
        ),
        migrations.AddConstraint(
            model_name="channelsharing",
            constraint=models.CheckConstraint(
                condition=models.Q(("effective_from__day", 1)), name="revenue_sharing_from_a_first_day"
            ),
        ),
        migrations.AddConstraint(
            model_name="channelsharing",
            constraint=models.CheckConstraint(
                condition=models.Q(("effective_to__isnull", True), ("effective_to__day", 1), _connector="OR"),
                name="revenue_sharing_to_a_first_day",
            ),
        ),
        migrations.AddConstraint(
            model_name="channelsharing",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("effective_to__isnull", True), ("effective_to__gte", models.F("effective_from")), _connector="OR"
                ),
                name="revenue_sharing_ends_after_its_start",
            ),
        ),
        migrations.AddConstraint(
            model_name="sharingpart",
            constraint=models.UniqueConstraint(fields=("sharing", "place"), name="revenue_part_place_once"),
        ),
        migrations.AddConstraint(
            model_name="sharingpart",
            constraint=models.UniqueConstraint(fields=("sharing", "creator"), name="revenue_part_creator_once"),
        ),
        migrations.AddConstraint(
            model_name="sharingpart",
            constraint=models.CheckConstraint(
                condition=models.Q(("place__gte", 1)), name="revenue_part_counts_from_one"
            ),
        ),
        migrations.AddConstraint(
            model_name="sharingpart",
            constraint=models.CheckConstraint(
                condition=models.Q(("bps__range", (1, 9999))), name="revenue_part_of_a_whole"
            ),
        ),
        migrations.RunPython(migrations.RunPython.noop, take_triggers_away, elidable=False),
    ]
