"""Who has switched off every kind of notice on a channel wants none there: the newest kind is off for her too."""

from django.db import migrations
from django.db.models import Count

BATCH = 1000
BEFORE = ["answer", "reply", "peers", "news", "deadline", "goal"]


def switch_off(apps, schema_editor):
    NoticeOff = apps.get_model("courses", "NoticeOff")
    off = NoticeOff.objects.filter(kind__in=BEFORE).order_by().values("learner", "channel")
    silent = off.annotate(kinds=Count("pk")).filter(kinds=len(BEFORE))
    rows = [NoticeOff(learner_id=one["learner"], channel=one["channel"], kind="waiting") for one in silent]
    NoticeOff.objects.bulk_create(rows, batch_size=BATCH, ignore_conflicts=True)


def forget(apps, schema_editor):
    """The way back: before, there was no such kind."""
    for name in ("NoticeOff", "Notice"):
        apps.get_model("courses", name).objects.filter(kind="waiting").delete()


class Migration(migrations.Migration):
    dependencies = [("courses", "0028_videos_that_wait_too_long")]
    operations = [migrations.RunPython(switch_off, forget)]
