"""No source is without a mapping; the names of formats in the code are gone."""

import django.db.models.deletion
from django.db import migrations, models

from revenue import triggers


def remove(apps, schema_editor):
    triggers.remove(schema_editor.connection)  # going back; PostgreSQL keeps a column that one of them names


class Migration(migrations.Migration):

    dependencies = [
        ('revenue', '0006_standard_mappings'),
    ]

    operations = [
        migrations.AlterField(  # so that going back finds something to fill the column with
            model_name='source',
            name='format',
            field=models.CharField(default='', max_length=40, verbose_name='format'),
        ),
        migrations.RemoveField(
            model_name='source',
            name='format',
        ),
        migrations.AlterField(
            model_name='report',
            name='mapping',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reports', to='revenue.mapping', verbose_name='mapping'),
        ),
        migrations.AlterField(
            model_name='source',
            name='mapping',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sources', to='revenue.mapping', verbose_name='mapping'),
        ),
        migrations.RunPython(migrations.RunPython.noop, remove),
    ]
