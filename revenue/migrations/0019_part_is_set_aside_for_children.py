"""Something may be set aside for children; nothing is on statements that exist."""

import django.db.models.deletion
import django.db.models.expressions
import uuid
from django.conf import settings
from django.db import migrations, models

from revenue import triggers


def take_triggers_away(apps, schema_editor):
    """They name columns that come or go here; they are put back after every migrate."""
    triggers.remove(schema_editor.connection)


class Migration(migrations.Migration):

    dependencies = [
        ('creators', '0003_what_is_shown_is_public'),
        ('revenue', '0018_channels_are_shared'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunPython(take_triggers_away, migrations.RunPython.noop, elidable=False),
        migrations.CreateModel(
            name='Appearance',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('platform', models.CharField(max_length=16, verbose_name='platform')),
                ('video_id', models.CharField(max_length=64, verbose_name='video')),
                ('seconds', models.PositiveIntegerField(verbose_name='seconds with the child')),
                ('length', models.PositiveIntegerField(verbose_name='seconds of the video')),
                ('region', models.CharField(max_length=6, verbose_name='country or region')),
                ('declared_at', models.DateTimeField(verbose_name='declared')),
            ],
            options={
                'verbose_name': 'appearance of a child',
                'verbose_name_plural': 'appearances of children',
                'ordering': ['-declared_at', '-pk'],
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='Child',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('alias', models.CharField(max_length=40)),
            ],
            options={
                'verbose_name': 'child in a video',
                'verbose_name_plural': 'children in videos',
                'ordering': ['alias', 'id'],
                'permissions': [('see_children', 'May read the records of what is set aside for children')],
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='ChildRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('region', models.CharField(max_length=6, verbose_name='country or region')),
                ('threshold_bps', models.PositiveIntegerField(verbose_name='counts from this share of a video, in hundredths of a percent')),
                ('factor_bps', models.PositiveIntegerField(verbose_name="part of the child's share, in hundredths of a percent")),
                ('below_age', models.PositiveSmallIntegerField(verbose_name='for children younger than')),
                ('effective_from', models.DateField(verbose_name='from')),
                ('source', models.CharField(max_length=400, verbose_name='where this stands')),
                ('checked_on', models.DateField(verbose_name='read there on')),
                ('made_at', models.DateTimeField(verbose_name='made')),
            ],
            options={
                'verbose_name': 'rule for children',
                'verbose_name_plural': 'rules for children',
                'ordering': ['region', '-effective_from'],
                'permissions': [('make_child_rule', 'May say what is set aside for children')],
                'default_permissions': (),
            },
        ),
        migrations.RemoveConstraint(
            model_name='statement',
            name='revenue_statement_adds_up',
        ),
        migrations.RemoveConstraint(
            model_name='statementline',
            name='revenue_statement_line_kind_known',
        ),
        migrations.AddField(
            model_name='statement',
            name='reserved',
            field=models.BigIntegerField(default=0, verbose_name='set aside for children'),
        ),
        migrations.AlterField(
            model_name='statementline',
            name='kind',
            field=models.CharField(choices=[('opening', 'Brought forward'), ('earnings', 'Earned'), ('adjustment', 'Corrected by the platform'), ('step', 'Step of your part'), ('correction', 'Corrected by us'), ('reserve', 'Set aside for a child'), ('withholding', 'Withheld for tax'), ('parts', 'Parts of a cent that add up')], max_length=12),
        ),
        migrations.AddConstraint(
            model_name='statement',
            constraint=models.CheckConstraint(condition=models.Q(('payable', django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('opening'), '+', models.F('earned')), '-', models.F('reserved')), '-', models.F('withheld')), '-', models.F('carried')))), name='revenue_statement_adds_up'),
        ),
        migrations.AddConstraint(
            model_name='statement',
            constraint=models.CheckConstraint(condition=models.Q(('reserved__gte', 0)), name='revenue_statement_sets_aside'),
        ),
        migrations.AddField(
            model_name='child',
            name='creator',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='children', to='creators.profile'),
        ),
        migrations.AddField(
            model_name='appearance',
            name='child',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='appearances', to='revenue.child'),
        ),
        migrations.AddField(
            model_name='statementline',
            name='child',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='revenue.child'),
        ),
        migrations.AddField(
            model_name='childrule',
            name='made_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='statementline',
            name='child_rule',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='revenue.childrule'),
        ),
        migrations.AddConstraint(
            model_name='statementline',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['opening', 'earnings', 'adjustment', 'step', 'correction', 'reserve', 'withholding', 'parts'])), name='revenue_statement_line_kind_known'),
        ),
        migrations.AddConstraint(
            model_name='child',
            constraint=models.UniqueConstraint(fields=('creator', 'alias'), name='revenue_child_named_once'),
        ),
        migrations.AddConstraint(
            model_name='child',
            constraint=models.CheckConstraint(condition=models.Q(('alias', ''), _negated=True), name='revenue_child_has_a_name'),
        ),
        migrations.AddIndex(
            model_name='appearance',
            index=models.Index(fields=['platform', 'video_id'], name='revenue_appearance_video'),
        ),
        migrations.AddConstraint(
            model_name='appearance',
            constraint=models.CheckConstraint(condition=models.Q(('length__gte', 1), ('seconds__lte', models.F('length'))), name='revenue_appearance_within_the_video'),
        ),
        migrations.AddConstraint(
            model_name='appearance',
            constraint=models.CheckConstraint(condition=models.Q(('video_id', ''), _negated=True), name='revenue_appearance_is_in_a_video'),
        ),
        migrations.AddConstraint(
            model_name='childrule',
            constraint=models.UniqueConstraint(fields=('region', 'effective_from'), name='revenue_child_rule_once'),
        ),
        migrations.AddConstraint(
            model_name='childrule',
            constraint=models.CheckConstraint(condition=models.Q(('factor_bps__lte', 10000), ('threshold_bps__lte', 10000)), name='revenue_child_rule_at_most_all'),
        ),
        migrations.AddConstraint(
            model_name='childrule',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('source', ''), _negated=True), models.Q(('region', ''), _negated=True)), name='revenue_child_rule_has_a_source'),
        ),
        migrations.RunPython(migrations.RunPython.noop, take_triggers_away, elidable=False),
    ]
