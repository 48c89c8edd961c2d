"""Fingerprint a thing's own raw rows: its row, its parents', its children's and many-to-many rows.

Two equal fingerprints mean that projecting again would give the same document. No instance is built:
one statement per table, whatever the number of things.
"""

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from functools import cache
from typing import Any

from django.db import connection
from django.db.models import ForeignKey, Model
from modelcluster.models import get_all_child_relations

# Columns that change without changing what the public reads.
VOLATILE = frozenset(
    {
        "alias_of",
        "depth",
        "draft_title",
        "expire_at",
        "expired",
        "go_live_at",
        "has_unpublished_changes",
        "latest_revision",
        "latest_revision_created_at",
        "live",
        "live_revision",
        "locked",
        "locked_at",
        "locked_by",
        "numchild",
        "owner",
        "path",
        "search_description_index",
        "slug",
        "url_path",
    }
)
CHUNK = 500


def fingerprints(model: type[Model], *, pks: Collection[int] | None) -> dict[int, str]:
    """Return the fingerprint of each row of a model, by primary key; `pks` None means all rows."""
    pk_name: Any = model._meta.pk.column
    return {
        pk: digest.hexdigest()
        for pk, (_owner, digest) in _rows(model, where=pk_name, values=pks).items()
    }


def _rows(
    model: type[Model], *, where: str, values: Collection[int] | None
) -> dict[int, tuple[int, Any]]:
    """Return owner and running digest of each row, its children's rows folded in."""
    found: dict[int, tuple[int, Any]] = {}
    for row in _select(model, where=where, values=values):
        pk, owner, *columns = row
        found[pk] = (owner, _digest(columns))
    pks = None if values is None else list(found)
    for name, rows in _relations(model, pks=pks):
        for owner_pk, part in rows:
            if owner_pk in found:
                found[owner_pk][1].update(f"{name}={part}\n".encode())
    return found


def _digest(columns: Sequence[Any]) -> Any:
    return hashlib.blake2b(repr(columns).encode(), digest_size=16)


@cache
def _columns(model: type[Model]) -> tuple[Any, ...]:
    """Return the fields of a model's own and inherited tables that a document may depend on."""
    is_draftable = any(field.name == "latest_revision" for field in model._meta.concrete_fields)
    skipped = VOLATILE if is_draftable else frozenset[str]()
    return tuple(field for field in model._meta.concrete_fields if field.name not in skipped)


def _select(
    model: type[Model], *, where: str, values: Collection[int] | None
) -> Iterable[tuple[Any, ...]]:
    meta = model._meta
    quote = connection.ops.quote_name
    assert meta.pk is not None
    own, pk = quote(meta.db_table), quote(str(meta.pk.column))
    joins = "".join(
        f" JOIN {quote(parent._meta.db_table)} ON"
        f" {quote(parent._meta.db_table)}.{quote(str(parent._meta.pk.column))} = {own}.{pk}"
        for parent in meta.all_parents
    )
    fields = ", ".join(
        f"{quote(field.model._meta.db_table)}.{quote(field.column)}" for field in _columns(model)
    )
    statement = f"SELECT {own}.{pk}, {own}.{quote(where)}, {fields} FROM {own}{joins}"
    yield from _in_chunks(
        statement, column=f"{own}.{quote(where)}", order=f"{own}.{pk}", values=values
    )


def _in_chunks(
    statement: str, *, column: str, order: str, values: Collection[int] | None
) -> Iterable[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        if values is None:
            cursor.execute(f"{statement} ORDER BY {order}")
            yield from cursor.fetchall()
            return
        wanted = list(values)
        for start in range(0, len(wanted), CHUNK):
            chunk = wanted[start : start + CHUNK]
            marks = ", ".join(["%s"] * len(chunk))
            cursor.execute(f"{statement} WHERE {column} IN ({marks}) ORDER BY {order}", chunk)
            yield from cursor.fetchall()


def _relations(
    model: type[Model], *, pks: Collection[int] | None
) -> Iterable[tuple[str, Iterable[tuple[int, str]]]]:
    """Yield (relation, [(owner, digest of one row)]) for child rows and many-to-many rows."""
    for relation in _child_relations(model):
        child = relation.related_model
        rows = _rows(child, where=relation.field.column, values=pks)
        yield relation.name, [(owner, digest.hexdigest()) for owner, digest in rows.values()]
    for field in model._meta.many_to_many:
        through = field.remote_field.through
        if through is not None and through._meta.auto_created:
            yield field.name, _links(through, field=field, pks=pks)


@cache
def _child_relations(model: type[Model]) -> tuple[Any, ...]:
    """Return the relations whose rows belong to the document.

    They are modelcluster's child relations, and those a model names in `published_relations`
    (an image's renditions, for instance).
    """
    named = getattr(model, "published_relations", ())
    wanted = [model._meta.get_field(name) for name in named]
    return (*get_all_child_relations(model), *wanted)


def _links(through: Any, *, field: Any, pks: Collection[int] | None) -> Iterable[tuple[int, str]]:
    quote = connection.ops.quote_name
    source, target = quote(field.m2m_column_name()), quote(field.m2m_reverse_name())
    table = quote(through._meta.db_table)
    grouped: dict[int, list[Any]] = defaultdict(list)
    statement = f"SELECT {source}, {target} FROM {table}"
    for owner, linked in _in_chunks(
        statement, column=source, order=f"{source}, {target}", values=pks
    ):
        grouped[owner].append(linked)
    return [(owner, repr(linked)) for owner, linked in grouped.items()]


def owner_of(instance: Model) -> Model | None:
    """Return the thing whose document a child row belongs to, or None when it has none."""
    field = parental_key(type(instance))
    owner: Model | None = getattr(instance, field.name, None) if field else None
    return owner


@cache
def parental_key(model: type[Model]) -> Any:
    """Return the foreign key by which rows of a model belong to a document, or None."""
    for field in model._meta.concrete_fields:
        if type(field).__name__ == "ParentalKey" or _is_named(field):
            return field
    return None


def is_named_relation(model: type[Model]) -> bool:
    """Say whether rows of a model belong to a document only because `published_relations` says so."""
    field = parental_key(model)
    return field is not None and _is_named(field)


def _is_named(field: Any) -> bool:
    if not isinstance(field, ForeignKey):
        return False
    named = getattr(field.remote_field.model, "published_relations", ())
    return field.remote_field.get_accessor_name() in named
