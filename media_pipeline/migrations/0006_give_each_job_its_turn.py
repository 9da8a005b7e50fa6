import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("media_pipeline", "0005_captions_by_machine"),
    ]

    operations = [
        migrations.AddField(
            model_name="job",
            name="turn_at",
            field=models.DateTimeField(default=django.utils.timezone.now, verbose_name="its turn"),
            preserve_default=False,
        ),
        migrations.RemoveIndex(
            model_name="job",
            name="job_state_run_after",
        ),
        migrations.AddIndex(
            model_name="job",
            index=models.Index(fields=["state", "turn_at"], name="job_line"),
        ),
        migrations.AddConstraint(
            model_name="job",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["waiting", "running", "done", "failed", "cancelled"])),
                name="job_state_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="job",
            constraint=models.CheckConstraint(
                condition=models.Q(("percent__lte", 100)), name="job_percent_at_most_100"
            ),
        ),
        migrations.AddConstraint(
            model_name="job",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ["failed", "cancelled"]), _negated=True),
                    models.Q(("reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="job_given_up_has_reason",
            ),
        ),
    ]
