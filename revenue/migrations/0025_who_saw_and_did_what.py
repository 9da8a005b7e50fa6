"""The trail of money is kept as it was written, so it names nobody: what was written before this rule is put in its words."""

from django.db import migrations
from django.db.models import Value
from django.db.models.functions import Concat

from revenue import triggers


def name_nobody(apps, schema_editor):
    """Write kinds and keys where names stood, and leave out of deeds with payout details the end of the account."""
    triggers.remove(schema_editor.connection)  # put back after every migrate
    entries = apps.get_model("wagtailcore", "ModelLogEntry").objects.filter(action__startswith="revenue.")
    kinds = apps.get_model("contenttypes", "ContentType").objects
    for key in set(entries.order_by().values_list("content_type", flat=True).distinct()) - {None}:
        label = Concat(Value(f"{kinds.get(pk=key).model} "), "object_id")
        entries.filter(content_type=key).update(label=label)
    entries.filter(action__startswith="revenue.payout_details_").update(data={})


def take_triggers_away(apps, schema_editor):
    """What came before does not know those of the trail; its own are put back after every migrate."""
    triggers.remove(schema_editor.connection)


class Migration(migrations.Migration):

    dependencies = [
        ('contenttypes', '0002_remove_content_type_name'),
        ('revenue', '0024_what_her_bank_says_to_stripe'),
        ('wagtailcore', '0097_baselogentry_uuid_action_timestamp_indexes'),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='period',
            options={'default_permissions': (), 'ordering': ['-month'], 'permissions': [('view_books', 'May see the finance pages'), ('close_month', 'May close a month'), ('see_trail', 'May see who saw and did what with money')], 'verbose_name': 'month', 'verbose_name_plural': 'months'},
        ),
        migrations.RunPython(name_nobody, take_triggers_away, elidable=False),
    ]
