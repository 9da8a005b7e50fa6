"""An accrual knows its month even when it came to less than a cent and has no entry.

Nothing has written accruals before this, so the table is made anew rather than filled.
"""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("revenue", "0002_guard_the_books")]

    operations = [
        migrations.DeleteModel("Accrual"),
        migrations.CreateModel(
            name="Accrual",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("agreement", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="accruals", to="revenue.shareagreement")),
                ("creator", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="accruals", to="creators.profile")),
                ("entry", models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="accruals", to="revenue.journalentry")),
                ("period", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="accruals", to="revenue.period")),
                ("total", models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name="accrual", to="revenue.channeltotal")),
            ],
            options={
                "verbose_name": "accrual",
                "verbose_name_plural": "accruals",
                "ordering": ["id"],
                "default_permissions": (),
            },
        ),
    ]
