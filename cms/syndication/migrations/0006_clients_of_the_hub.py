"""Let what is asked of the hub say who asked, for a bound on each client."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("syndication", "0005_place_of_a_delivery")]

    operations = [
        migrations.AddField(
            model_name=model,
            name="client",
            # Processes of the release before leave it out while the new one starts.
            field=models.CharField(
                blank=True, db_default="", db_index=True, default="", max_length=32
            ),
        )
        for model in ("hubrequest", "hubsubscription")
    ]
