"""What currencies were worth on a day, and money that arrived in another one."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from revenue import triggers


def take_triggers_away(apps, schema_editor):
    """They name tables that come or go here; they are put back after every migrate."""
    triggers.remove(schema_editor.connection)


class Migration(migrations.Migration):

    dependencies = [
        ('revenue', '0019_part_is_set_aside_for_children'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunPython(take_triggers_away, migrations.RunPython.noop, elidable=False),
        migrations.CreateModel(
            name='ExchangeRate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('base', models.CharField(max_length=3, verbose_name='of')),
                ('quote', models.CharField(max_length=3, verbose_name='in')),
                ('day', models.DateField(verbose_name='day')),
                ('rate_nanos', models.BigIntegerField(verbose_name='rate, in billionths')),
                ('source', models.CharField(max_length=300, verbose_name='where this stands')),
                ('made_at', models.DateTimeField(auto_now_add=True, verbose_name='made')),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'exchange rate',
                'verbose_name_plural': 'exchange rates',
                'ordering': ['-day', 'base', 'quote'],
                'permissions': [('exchange_money', 'May write down exchange rates and money that arrived in another currency')],
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='Exchange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('owed', models.BigIntegerField(verbose_name='owed')),
                ('arrived', models.BigIntegerField(verbose_name='arrived')),
                ('gain', models.BigIntegerField(verbose_name='gain or loss')),
                ('day', models.DateField(verbose_name='day')),
                ('entry', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='exchange', to='revenue.journalentry')),
                ('source', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='revenue.source', verbose_name='source')),
                ('rate', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='revenue.exchangerate', verbose_name='rate')),
            ],
            options={
                'verbose_name': 'money in another currency',
                'verbose_name_plural': 'money in other currencies',
                'ordering': ['-day', '-pk'],
                'default_permissions': (),
            },
        ),
        migrations.AddConstraint(
            model_name='exchangerate',
            constraint=models.UniqueConstraint(fields=('base', 'quote', 'day'), name='revenue_rate_once_a_day'),
        ),
        migrations.AddConstraint(
            model_name='exchangerate',
            constraint=models.CheckConstraint(condition=models.Q(('rate_nanos__gte', 1), models.Q(('base', models.F('quote')), _negated=True)), name='revenue_rate_is_of_another_currency'),
        ),
        migrations.AddConstraint(
            model_name='exchangerate',
            constraint=models.CheckConstraint(condition=models.Q(('source', ''), _negated=True), name='revenue_rate_has_a_source'),
        ),
        migrations.AddConstraint(
            model_name='exchange',
            constraint=models.CheckConstraint(condition=models.Q(('arrived__gte', 1), ('owed__gte', 1)), name='revenue_exchange_moves'),
        ),
        migrations.RunPython(migrations.RunPython.noop, take_triggers_away, elidable=False),
    ]
