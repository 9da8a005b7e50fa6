"""Every answer that was given becomes a notice, so that none is told twice and none is lost."""

from django.db import migrations
from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce

BATCH = 1000


def write_notices(apps, schema_editor):
    """What was told by e-mail counts as mailed, what she has opened as read; the rest waits for the daily mail."""
    Submission = apps.get_model("courses", "Submission")
    Notice = apps.get_model("courses", "Notice")
    batch = []
    for answered in Submission.objects.exclude(decided_at=None).order_by("pk").iterator(chunk_size=BATCH):
        batch.append(
            Notice(
                learner_id=answered.learner_id,
                kind="answer",
                event=f"answer:{answered.pk}",
                title=answered.title,
                url=f"/studio/{answered.pk}/",
                made_at=answered.decided_at,
                read_at=answered.seen_at,
                mailed_at=answered.told_at,
            )
        )
        if len(batch) == BATCH:
            Notice.objects.bulk_create(batch, ignore_conflicts=True)
            batch = []
    Notice.objects.bulk_create(batch, ignore_conflicts=True)
    _count(apps)


def _count(apps):
    """As ``courses.notices.count_unread`` does for everybody who has one."""
    Notice = apps.get_model("courses", "Notice")
    unread = Notice.objects.filter(learner=OuterRef("pk"), read_at=None).order_by()
    number = unread.values("learner").annotate(number=Count("pk")).values("number")
    people = apps.get_model("accounts", "User").objects.filter(pk__in=Notice.objects.values("learner"))
    people.update(notices_unread=Coalesce(Subquery(number), 0))


def write_told(apps, schema_editor):
    """The way back: what was mailed was told."""
    Submission = apps.get_model("courses", "Submission")
    mailed = apps.get_model("courses", "Notice").objects.filter(kind="answer").exclude(mailed_at=None)
    for event, mailed_at in mailed.values_list("event", "mailed_at").iterator(chunk_size=BATCH):
        Submission.objects.filter(pk=event.partition(":")[2]).update(told_at=mailed_at)


class Migration(migrations.Migration):
    dependencies = [("courses", "0011_notices"), ("accounts", "0006_notices_unread")]
    operations = [migrations.RunPython(write_notices, write_told)]
