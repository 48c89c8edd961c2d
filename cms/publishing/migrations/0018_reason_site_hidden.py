"""Store SITE_HIDDEN for what was withdrawn with the reason SCOPE.

The column stays as it is: only the values that it may hold are other ones. What a stream says of visible
things (NOT_SYNDICATED, LEFT_FILTER) was never stored.
"""

from typing import Any

from django.db import migrations, models

REASONS = (
    "UNPUBLISHED",
    "EXPIRED",
    "DELETED",
    "RESTRICTED",
    "MOVED",
    "CONSENT",
    "EMBARGOED",
    "UNREFERENCED",
    "SITE_HIDDEN",
)


def rename(apps: Any, schema_editor: Any) -> None:
    """Write the new name; no number on the clock comes from it."""
    _items(apps).filter(reason="SCOPE").update(reason="SITE_HIDDEN")


def rename_back(apps: Any, schema_editor: Any) -> None:
    """Write the former name."""
    _items(apps).filter(reason="SITE_HIDDEN").update(reason="SCOPE")


def _items(apps: Any) -> Any:
    return apps.get_model("publishing", "PublishedItem").objects


class Migration(migrations.Migration):
    """Rename one reason of withdrawals."""

    dependencies = [("publishing", "0017_high_water_mark")]

    operations = [
        migrations.AlterField(
            model_name="publisheditem",
            name="reason",
            field=models.CharField(
                blank=True, choices=[(name, name) for name in REASONS], max_length=16
            ),
        ),
        migrations.RunPython(rename, rename_back),
    ]
