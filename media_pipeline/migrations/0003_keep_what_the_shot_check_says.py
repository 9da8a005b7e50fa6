from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('media_pipeline', '0002_let_operators_look_after_jobs'),
    ]

    operations = [
        migrations.AddField(
            model_name='asset',
            name='shot_check',
            field=models.JSONField(editable=False, null=True, verbose_name='shot check'),
        ),
    ]
