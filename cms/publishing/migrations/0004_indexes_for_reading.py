"""Find the sites without reading every row, and facets by what is asked of them."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Exchange indexes; no row changes."""

    dependencies = [("publishing", "0003_projection_digests")]

    operations = [
        migrations.AddIndex(
            model_name="publisheditem",
            index=models.Index(
                condition=models.Q(("kind", "site"), ("visible", True)),
                fields=["key"],
                name="item_sites",
            ),
        ),
        migrations.RemoveIndex(model_name="facet", name="facet_lookup"),
        migrations.AddIndex(
            model_name="facet",
            index=models.Index(fields=["facet", "value", "key"], name="facet_lookup"),
        ),
    ]
