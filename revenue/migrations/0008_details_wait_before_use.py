import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    """Details that are there already are used from now on, as they were."""

    dependencies = [("revenue", "0007_every_source_has_a_mapping")]
    operations = [
        migrations.AddField(
            model_name="payoutmethod",
            name="usable_from",
            field=models.DateTimeField(default=django.utils.timezone.now, verbose_name="used from"),
            preserve_default=False,
        ),
    ]
