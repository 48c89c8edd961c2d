"""Make the tables that count what is asked of the API."""

from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='FieldUsage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField()),
                ('coordinate', models.CharField(max_length=200)),
                ('client', models.CharField(max_length=64)),
                ('requests', models.BigIntegerField(default=0)),
            ],
            options={
                'indexes': [models.Index(fields=['coordinate', 'day'], name='usage_of_a_member')],
                'constraints': [models.UniqueConstraint(fields=('day', 'coordinate', 'client'), name='one_member_a_day')],
            },
        ),
        migrations.CreateModel(
            name='OperationUsage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField()),
                ('document_id', models.CharField(max_length=64)),
                ('operation', models.CharField(max_length=100)),
                ('client', models.CharField(max_length=64)),
                ('requests', models.BigIntegerField(default=0)),
                ('cached', models.BigIntegerField(default=0)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('day', 'document_id', 'operation', 'client'), name='one_operation_a_day')],
            },
        ),
    ]
