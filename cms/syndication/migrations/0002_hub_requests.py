"""Let the hub remember what it was asked, and what it last announced."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('syndication', '0001_followers_and_portals'),
    ]

    operations = [
        migrations.AddField(
            model_name='hubsubscription',
            name='digest',
            field=models.CharField(blank=True, max_length=64),
        ),
        migrations.AddField(
            model_name='hubsubscription',
            name='host',
            field=models.CharField(blank=True, max_length=253),
        ),
        migrations.CreateModel(
            name='HubRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('topic', models.URLField(max_length=500)),
                ('callback', models.URLField(max_length=500)),
                ('host', models.CharField(db_index=True, max_length=253)),
                ('mode', models.CharField(choices=[('subscribe', 'It asked for a subscription'), ('unsubscribe', 'It asked for the end of one'), ('denied', 'It is told that there is none')], max_length=16)),
                ('secret', models.CharField(blank=True, max_length=200)),
                ('lease_seconds', models.PositiveIntegerField(default=0)),
                ('requested_at', models.DateTimeField()),
                ('asked_at', models.DateTimeField(null=True)),
                ('done_at', models.DateTimeField(null=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('topic', 'callback'), name='one_request_each')],
            },
        ),
    ]
