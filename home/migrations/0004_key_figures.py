"""Call the figures of a cluster what readers call them; the table keeps its name."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("home", "0003_workflow_of_snippets")]

    operations = [
        migrations.AlterModelTable(name="observation", table="home_observation"),
        migrations.RenameModel(old_name="Observation", new_name="KeyFigure"),
    ]
