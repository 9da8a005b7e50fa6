"""Lines and flags are in the order of their statement's key; no table changes."""

from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('revenue', '0022_accounts_with_stripe'),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='statementflag',
            options={'default_permissions': (), 'ordering': ['statement_id', 'kind'], 'verbose_name': 'reason to look at a statement', 'verbose_name_plural': 'reasons to look at statements'},
        ),
        migrations.AlterModelOptions(
            name='statementline',
            options={'default_permissions': (), 'ordering': ['statement_id', 'position'], 'verbose_name': 'line of a statement', 'verbose_name_plural': 'lines of statements'},
        ),
    ]
