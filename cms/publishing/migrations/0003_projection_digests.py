"""Let a sweep compare projections without reading their texts."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Add what is compared; existing projections are made again by the next sweep."""

    dependencies = [("publishing", "0002_content_clock")]

    operations = [
        migrations.AddField(
            model_name="projection",
            name="kind",
            field=models.CharField(db_index=True, default="", max_length=32),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="projection",
            name="public_id",
            field=models.CharField(blank=True, default="", max_length=128),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="projection",
            name="digest",
            field=models.CharField(blank=True, default="", max_length=64),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="projection",
            name="boundaries",
            field=models.TextField(blank=True, default=""),
            preserve_default=False,
        ),
    ]
