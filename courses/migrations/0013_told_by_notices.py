from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("courses", "0012_answers_are_notices")]
    operations = [migrations.RemoveField(model_name="submission", name="told_at")]
