"""Numbers the entries there are in the order they were made in, and chains them as bookkeeping does."""

from django.db import migrations

from revenue import triggers
from revenue.bookkeeping import FIRST_LINK, chained

BATCH = 1000


def chain(apps, schema_editor):
    triggers.remove(schema_editor.connection)  # put back after every migrate
    entries = apps.get_model("revenue", "JournalEntry").objects
    link, batch = FIRST_LINK, []
    for number, entry in enumerate(entries.order_by("made_at", "pk").iterator(chunk_size=BATCH), start=1):
        entry.number, entry.chain = number, ""
        link = entry.chain = chained(link, entry)
        batch.append(entry)
        if len(batch) == BATCH:
            entries.bulk_update(batch, ["number", "chain"])
            batch.clear()
    entries.bulk_update(batch, ["number", "chain"])


class Migration(migrations.Migration):
    dependencies = [("revenue", "0009_entries_are_chained")]
    operations = [migrations.RunPython(chain, migrations.RunPython.noop, elidable=False)]
