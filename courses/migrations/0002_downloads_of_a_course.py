from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("courses", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="coursepage",
            name="allows_downloads",
            field=models.BooleanField(
                default=False,
                help_text="Then each video of its lessons can be kept as a file, for where there is no network.",
                verbose_name="videos may be downloaded",
            ),
        ),
    ]
