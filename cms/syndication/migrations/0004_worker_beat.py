"""Make the table in which workers say that they live."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("syndication", "0003_portal_managers")]

    operations = [
        migrations.CreateModel(
            name="WorkerBeat",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
            ],
        ),
    ]
