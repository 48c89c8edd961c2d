"""Give each public file that nothing at all refers to a grace period of 14 days.

Files that only hidden things refer to get none: they are withdrawn when everything is next compared.
"""

import datetime as dt
import re
from importlib import import_module
from typing import Any

from django.conf import settings
from django.db import migrations
from django.utils import timezone

KEY = re.compile(r'"((?:image|document):[0-9]{1,18})"')
MODELS = {
    "image": settings.WAGTAILIMAGES_IMAGE_MODEL,
    "document": settings.WAGTAILDOCS_DOCUMENT_MODEL,
}
GRACE = dt.timedelta(days=14)
ADDRESSES = "cms.publishing.migrations.0013_fill_mentions_of_addresses"


def fill(apps: Any, schema_editor: Any) -> None:
    """Compare the public files with what anything, public or hidden, refers to."""
    public = apps.get_model("publishing", "PublishedItem").objects.filter(
        visible=True, kind__in=MODELS
    )
    files = set(public.values_list("key", flat=True))
    if not files:
        return
    files -= _of_visible_things(apps)
    files -= _of_any_projection(apps)
    files -= _of_reference_index(apps)
    unreferenced = apps.get_model("publishing", "UnreferencedFile")
    ends_at = timezone.now() + GRACE
    unreferenced.objects.bulk_create(
        [unreferenced(key=key, ends_at=ends_at) for key in sorted(files)], batch_size=400
    )


def _of_visible_things(apps: Any) -> set[str]:
    # The title of a document may read like a key.
    mentions = apps.get_model("publishing", "Mention").objects.exclude(owner__startswith="document:")
    return set(mentions.values_list("target", flat=True))


def _of_any_projection(apps: Any) -> set[str]:
    """Return what the latest documents of public and of hidden things refer to."""
    keys_of_files = import_module(ADDRESSES).keys_of_files
    rows = apps.get_model("publishing", "Projection").objects.exclude(kind__in=MODELS)
    found: set[str] = set()
    for head, tail in rows.values_list("head", "tail").iterator(chunk_size=200):
        found.update(KEY.findall(head), KEY.findall(tail), keys_of_files(apps, head, tail))
    return found


def _of_reference_index(apps: Any) -> set[str]:
    """Return what Wagtail knows to be used, by things that were never public as well."""
    rows = apps.get_model("wagtailcore", "ReferenceIndex").objects
    found: set[str] = set()
    for kind, label in MODELS.items():
        app_label, _, model = label.lower().partition(".")
        of_kind = rows.filter(
            to_content_type__app_label=app_label, to_content_type__model=model
        )
        found.update(f"{kind}:{pk}" for pk in of_kind.values_list("to_object_id", flat=True))
    return found


class Migration(migrations.Migration):
    """Fill the table of files in their grace period."""

    dependencies = [
        ("publishing", "0013_fill_mentions_of_addresses"),
        ("wagtailcore", "0097_baselogentry_uuid_action_timestamp_indexes"),
    ]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
