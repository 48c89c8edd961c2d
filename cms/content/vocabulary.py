"""Read the terms that a new installation starts with, and make them findable."""

import tomllib
import uuid
from pathlib import Path
from typing import Any, NamedTuple

from django.db import connection
from wagtail.search import index
from wagtail.search.models import IndexEntry

SEED = Path(__file__).parent / "data" / "vocabulary.toml"
# Seeded terms have the same id in every installation, so portals can tell they are the same term.
_NAMESPACE = uuid.UUID("6f0c3a86-5a5b-4d0e-9d0b-2f6f6f9b7c11")


class SeedTerm(NamedTuple):
    """One term of the seed."""

    scheme: str
    code: str
    label_en: str
    label_bg: str
    version: str
    uuid: uuid.UUID


def seed_terms() -> list[SeedTerm]:
    """Return the terms of the seed in the file's order."""
    schemes = tomllib.loads(SEED.read_text(encoding="utf-8"))["scheme"]
    return [
        SeedTerm(
            scheme=scheme["name"],
            code=term["code"],
            label_en=term["en"],
            label_bg=term["bg"],
            version=scheme.get("version", ""),
            uuid=uuid.uuid5(_NAMESPACE, f"{scheme['name']}/{term['code']}"),
        )
        for scheme in schemes
        for term in scheme["terms"]
    ]


def index_seeded_terms(plan: Any = (), **_kwargs: Any) -> None:
    """Let editors find the seeded terms, right after the migration that made them.

    Shape: a receiver of `post_migrate`. A migration's models are not the ones that are searched.
    """
    from cms.content.models import Term

    has_seeded = any(
        (migration.app_label, migration.name) == ("content", "0002_seed_vocabulary")
        for migration, is_backwards in plan
        if not is_backwards
    )
    # Without the table, somebody migrates this app alone; `update_index` mends that.
    if has_seeded and IndexEntry._meta.db_table in connection.introspection.table_names():
        for term in Term.objects.all():
            index.insert_or_update_object(term)
