"""Turn an instance into its document by running the generated resolvers once.

In this copy of the schema every field that points at another thing is a scalar yielding the thing's
key. One recursive fragment per type selects everything; graphql-core executes it without validation, so
fields of different blocks need no aliases and recursion ends with the data.
"""

import hashlib
import logging
from collections import defaultdict
from collections.abc import Mapping
from functools import cache
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Manager, Model
from django.utils.translation import gettext as _
from graphql import (
    DocumentNode,
    GraphQLEnumType,
    GraphQLError,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLResolveInfo,
    GraphQLScalarType,
    GraphQLSchema,
    execute_sync,
    get_named_type,
    is_interface_type,
    is_object_type,
    parse,
    print_schema,
)
from wagtail.blocks import StreamValue

from cms.publishing import extension, kinds
from cms.publishing.notices import notice
from cms.publishing.protocols import Reference
from cms.publishing.schema.authoring import Authored, authored
from cms.publishing.schema.raw_blocks import stream_instances
from cms.publishing.schema.rewrite import Rewriter

logger = logging.getLogger(__name__)

POINTING_INTERFACES = ("PageInterface", "Node")
BLOCK_INTERFACE = "StreamFieldInterface"
# What the public block interface keeps of grapple's.
BLOCK_FIELDS = {"id": "id"}


class ProjectionFailed(Exception):
    """Say which field of a thing could not be projected, and why."""

    def __init__(self, type_name: str, *, field: str, why: str) -> None:
        super().__init__(f"{type_name}.{field} cannot be published: {why}")
        self.field = field


def _key(value: Any) -> str | None:
    if value is None:
        return None
    if isinstance(value, Reference):
        return value.key
    if isinstance(value, Model):
        return kinds.key_of(value)
    raise GraphQLError(f"{value!r} is not a reference to a published thing")


REFERENCE = GraphQLScalarType("Reference", serialize=_key)


def _reference_resolver(source: str, original: Any) -> Any:
    """Return a resolver that reads keys off foreign keys instead of following them."""

    def resolve(instance: Any, info: GraphQLResolveInfo, **_arguments: Any) -> Any:
        if isinstance(instance, Model):
            try:
                field: Any = instance._meta.get_field(source)
            except FieldDoesNotExist:
                field = None
            if field is not None and field.many_to_one:
                pk = getattr(instance, field.attname)
                kind = kinds.kind_of(field.remote_field.model)
                return None if pk is None or kind is None else Reference(kind, pk)
        found = original(instance, info)
        if isinstance(found, Manager):
            found = found.all()
        if hasattr(found, "order_by"):
            return sorted(found, key=lambda linked: linked.pk)
        return found

    return resolve


def _stream_resolver(original: Any) -> Any:
    """Return a resolver that hands out stream fields as raw block instances."""

    def resolve(instance: Any, info: GraphQLResolveInfo, **_arguments: Any) -> Any:
        found = original(instance, info)
        if not isinstance(found, StreamValue):
            return found
        blocks = stream_instances(found)
        if not info.path.prev or info.path.prev.prev:
            return blocks
        left_out = info.context[info.path.key]
        return [block for position, block in enumerate(blocks) if position not in left_out]

    return resolve


class _Projecting(Rewriter):
    """Copy the authoring schema with references and special types made scalars."""

    def __init__(self, source: Authored) -> None:
        super().__init__(source.schema)
        self.authored = source

    def convert_named(self, named_type: GraphQLNamedType) -> GraphQLNamedType:
        if named_type.name in self.authored.kinds or named_type.name in POINTING_INTERFACES:
            return REFERENCE
        return self.converted(named_type)

    def converted(self, named_type: GraphQLNamedType) -> GraphQLNamedType:
        """Return the copy of a type that is part of a document."""
        special = extension.stored_types().get(named_type.name)
        if special:
            return GraphQLScalarType(named_type.name, serialize=special.project)
        if isinstance(named_type, GraphQLObjectType):
            return self.object(named_type)
        if isinstance(named_type, GraphQLInterfaceType):
            resolve_type = named_type.resolve_type
            return GraphQLInterfaceType(
                named_type.name,
                fields=lambda: {"id": GraphQLField(self.wrapped(named_type.fields["id"].type))},
                resolve_type=resolve_type,
            )
        if isinstance(named_type, GraphQLEnumType):
            return named_type
        return named_type

    def object(self, named_type: GraphQLObjectType) -> GraphQLObjectType:
        """Return the copy of an object type, its fields without arguments."""
        name = named_type.name
        allowed = self.allowed(name)

        def fields() -> dict[str, GraphQLField]:
            return {
                field_name: self.field(named_type.fields[field_name], source=source)
                for field_name, source in (allowed or {n: n for n in named_type.fields}).items()
                if field_name in named_type.fields and not named_type.fields[field_name].args
            }

        interfaces = [
            self.named(interface)
            for interface in named_type.interfaces
            if interface.name == BLOCK_INTERFACE
        ]
        return GraphQLObjectType(name, fields=fields, interfaces=interfaces)  # type: ignore[arg-type]

    def allowed(self, name: str) -> dict[str, str] | None:
        """Return the declared fields of a generated type; None for types written by hand."""
        declared = self.authored.fields.get(name)
        if declared is not None and name in self.authored.blocks:
            return {**BLOCK_FIELDS, **declared}
        return declared

    def field(self, field: GraphQLField, *, source: str) -> GraphQLField:
        """Return the copy of a field, its resolver wrapped where it would follow or load."""
        copy = self.wrapped(field.type)
        target = get_named_type(field.type)
        resolve = field.resolve
        if get_named_type(copy) is REFERENCE:
            resolve = _reference_resolver(source, resolve or _attribute(source))
        elif target.name == BLOCK_INTERFACE:
            resolve = _stream_resolver(resolve or _attribute(source))
        return GraphQLField(copy, resolve=resolve)


def _attribute(source: str) -> Any:
    def resolve(instance: Any, _info: GraphQLResolveInfo) -> Any:
        return instance.get(source) if isinstance(instance, dict) else getattr(instance, source)

    return resolve


@cache
def projecting_schema() -> GraphQLSchema:
    """Build the schema whose root has one field per thing type, answering the instance itself."""
    source = authored()
    copier = _Projecting(source)
    things = {name: copier.converted(source.schema.type_map[name]) for name in source.kinds}
    root = GraphQLObjectType(
        "Root",
        {
            name: GraphQLField(thing, resolve=lambda instance, _info: instance)  # type: ignore[arg-type]
            for name, thing in things.items()
        },
    )
    blocks = [copier.named(source.schema.type_map[name]) for name in sorted(source.blocks)]
    return GraphQLSchema(query=root, types=blocks)


def _selection(field: GraphQLField) -> str:
    target = get_named_type(field.type)
    return f" {{ ...{target.name} }}" if is_object_type(target) or is_interface_type(target) else ""


@cache
def _fragments() -> str:
    """Return one fragment per type; interfaces spread those of their possible types."""
    schema = projecting_schema()
    parts = []
    for name, named_type in sorted(schema.type_map.items()):
        if name.startswith("__") or named_type is schema.query_type:
            continue
        if isinstance(named_type, GraphQLObjectType):
            body = " ".join(f"{n}{_selection(f)}" for n, f in named_type.fields.items())
        elif isinstance(named_type, GraphQLInterfaceType):
            implementing = schema.get_possible_types(named_type)
            body = "__typename " + " ".join(f"...{possible.name}" for possible in implementing)
        else:
            continue
        parts.append(f"fragment {name} on {name} {{ {body} }}")
    return "\n".join(parts)


@cache
def _document(type_name: str) -> DocumentNode:
    return parse(f"{{ {type_name} {{ ...{type_name} }} }}\n{_fragments()}", no_location=True)


@cache
def schema_digest() -> str:
    """Return a digest of everything that decides what a projection holds."""
    text = print_schema(projecting_schema()) + _fragments()
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def project_document(instance: Model) -> dict[str, Any]:
    """Return the public fields of an instance, references as keys.

    Shape:  without the blocks that cannot be projected, each of which is logged and noticed.
    Raises: ProjectionFailed naming the first field that could not be projected.
    """
    type_name = type(instance).__name__
    schema, document = projecting_schema(), _document(type_name)
    # Positions of blocks by the name of their stream field.
    left_out: dict[Any, set[int]] = defaultdict(set)
    while True:
        result = execute_sync(schema, document, root_value=instance, context_value=left_out)
        if not result.errors:
            break
        before = {name: sorted(positions) for name, positions in left_out.items()}
        for error in result.errors:
            place = _place_of_block(error, before, type_name=type_name)
            if place is None:
                path = ".".join(str(step) for step in (error.path or [])[1:])
                failed = ProjectionFailed(type_name, field=path, why=error.message)
                raise failed from error.original_error
            name, position = place
            if position not in left_out[name]:
                left_out[name].add(position)
                _tell_of_block(type_name, name, position + 1, why=error.message)
    assert result.data is not None
    found: dict[str, Any] = result.data[type_name]
    return found


def _place_of_block(
    error: GraphQLError, before: Mapping[str, list[int]], *, type_name: str
) -> tuple[str, int] | None:
    """Return the stream field and the position of the block in which an error is; None for others.

    Shape: `before` are the positions that were left out already; those of errors skip them.
    """
    match error.path:
        case [_, str(name), int(position), *_]:
            thing: Any = projecting_schema().type_map[type_name]
        case _:
            return None
    if get_named_type(thing.fields[name].type).name != BLOCK_INTERFACE:
        return None
    for other in before.get(name, ()):
        position += other <= position
    return name, position


def _tell_of_block(type_name: str, name: str, number: int, *, why: str) -> None:
    # Why is for the editor alone: the words of an error may be those of the page.
    logger.warning("%s.%s: block %d cannot be projected and is left out", type_name, name, number)
    words = _("Block %(number)d of “%(field)s” is left out, readers do not get it: %(why)s")
    notice(words % {"number": number, "field": name, "why": why})
