"""Mark the published aliases, and give aliases the dates of their sources.

Aliases whose source is hidden are withdrawn when everything is next compared.
"""

from typing import Any

from django.db import migrations


def fill(apps: Any, schema_editor: Any) -> None:
    """Write the key of the source, through other aliases if need be, and both dates."""
    pages = apps.get_model("wagtailcore", "Page").objects
    items = apps.get_model("publishing", "PublishedItem").objects
    sources = dict(pages.exclude(alias_of=None).values_list("pk", "alias_of_id"))
    for pk in sorted(sources):
        source, seen = pk, set()
        while source in sources and source not in seen:
            seen.add(source)
            source = sources[source]
        items.filter(key=f"page:{pk}").update(alias_of=f"page:{source}")
        first, last = pages.values_list("first_published_at", "last_published_at").get(pk=source)
        pages.filter(pk=pk).update(first_published_at=first, last_published_at=last)


class Migration(migrations.Migration):
    """Fill the new column."""

    dependencies = [
        ("publishing", "0015_aliases"),
        ("wagtailcore", "0097_baselogentry_uuid_action_timestamp_indexes"),
    ]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
