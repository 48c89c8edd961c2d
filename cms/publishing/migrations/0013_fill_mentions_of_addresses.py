"""Fill what visible documents refer to by the address of a file."""

import re
from typing import Any

from django.conf import settings
from django.db import migrations
from django.db.models import Q

from cms.publishing.protocols import parse_public_id

ADDRESS = re.compile(r"/files/([A-Za-z0-9_-]{16,128})/")
MODELS = {
    "image": settings.WAGTAILIMAGES_IMAGE_MODEL,
    "document": settings.WAGTAILDOCS_DOCUMENT_MODEL,
}


def fill(apps: Any, schema_editor: Any) -> None:
    """Read every visible document with such an address once."""
    mention = apps.get_model("publishing", "Mention")
    rows = apps.get_model("publishing", "PublishedItem").objects.filter(visible=True)
    rows = rows.filter(Q(head__contains="/files/") | Q(tail__contains="/files/"))
    for owner, head, tail in rows.values_list("key", "head", "tail").iterator(chunk_size=200):
        known = set(mention.objects.filter(owner=owner).values_list("target", flat=True))
        targets = sorted(keys_of_files(apps, head, tail) - known)
        mention.objects.bulk_create([mention(owner=owner, target=target) for target in targets])


def keys_of_files(apps: Any, *texts: str) -> set[str]:
    """Return the keys of the files whose addresses are in these texts."""
    found: set[str] = set()
    for public_id in {match for text in texts for match in ADDRESS.findall(text)}:
        kind, identity = parse_public_id(public_id) or ("", None)
        if kind in MODELS:
            files = apps.get_model(MODELS[kind]).objects.filter(uuid=identity)
            found.update(f"{kind}:{pk}" for pk in files.values_list("pk", flat=True))
    return found


class Migration(migrations.Migration):
    """Add to the table that an earlier migration has filled."""

    dependencies = [
        ("publishing", "0012_unreferenced_files"),
        *(migrations.swappable_dependency(model) for model in MODELS.values()),
    ]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
