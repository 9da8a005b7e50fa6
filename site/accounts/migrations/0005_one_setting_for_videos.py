from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0004_quality_of_videos")]

    operations = [
        migrations.RemoveField(model_name="user", name="data_saver"),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("video_quality__in", ["auto", "save", "sound", "240", "360", "480", "720", "1080"])
                ),
                name="user_video_quality_is_known",
            ),
        ),
    ]
