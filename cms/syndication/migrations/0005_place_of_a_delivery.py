"""Let a delivery say where a thing stood of which there is no row any more."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("syndication", "0004_worker_beat")]

    operations = [
        migrations.AddField(
            model_name="delivery",
            name="place",
            field=models.JSONField(null=True),
        ),
    ]
