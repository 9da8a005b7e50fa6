from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def keep_who_saves_data(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    apps.get_model("accounts", "User").objects.filter(data_saver=True).update(video_quality="save")


def say_who_saves_data(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    apps.get_model("accounts", "User").objects.filter(video_quality="save").update(data_saver=True)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_sessions_with_their_person")]

    operations = [
        migrations.AddField(
            model_name="user",
            name="video_quality",
            field=models.CharField(
                choices=[
                    ("auto", "As good as the connection allows"),
                    ("save", "Save data"),
                    ("sound", "Only the sound"),
                    ("240", "240p"),
                    ("360", "360p"),
                    ("480", "480p"),
                    ("720", "720p"),
                    ("1080", "1080p"),
                ],
                default="auto",
                max_length=5,
                verbose_name="videos",
            ),
        ),
        migrations.RunPython(keep_who_saves_data, say_who_saves_data),
    ]
