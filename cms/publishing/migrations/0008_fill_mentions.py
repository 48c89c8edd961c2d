"""Fill what points at what from the documents of visible things."""

import re
from typing import Any

from django.db import migrations

KEY = re.compile(r'"([a-z]+:[0-9]{1,18})"')


def fill(apps: Any, schema_editor: Any) -> None:
    """Read every visible document once."""
    mention = apps.get_model("publishing", "Mention")
    rows = apps.get_model("publishing", "PublishedItem").objects.filter(visible=True)
    for key, head, tail in rows.values_list("key", "head", "tail").iterator(chunk_size=200):
        targets = sorted({*KEY.findall(head), *KEY.findall(tail)})
        mention.objects.bulk_create([mention(owner=key, target=target) for target in targets])


class Migration(migrations.Migration):
    """Fill the table that the migration before has made."""

    dependencies = [("publishing", "0007_mentions")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
