"""Visit every field of the public schema; the queries are made from the schema itself."""

from collections import deque
from collections.abc import Iterator
from functools import cache
from typing import Any

import orjson
from graphql import (
    DefinitionNode,
    DocumentNode,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    get_named_type,
    is_composite_type,
    is_required_argument,
    parse,
)

from cms.api.errors import Code, shape
from cms.api.schema import schema
from cms.publishing.reading.context import ReadContext
from cms.publishing.reading.execute import Operation, answer

Pair = tuple[str, str]
# Lists inside of things; long enough for everything in the world of the walk.
INNER_FIRST = 30


def object_types() -> list[GraphQLObjectType]:
    """Return the object types of the public schema, without those of introspection."""
    return [
        found
        for name, found in sorted(schema().type_map.items())
        if isinstance(found, GraphQLObjectType) and not name.startswith("__")
    ]


def all_pairs() -> set[Pair]:
    """Return every (type, field) of the public schema."""
    return {(found.name, name) for found in object_types() for name in found.fields}


def roots() -> dict[str, GraphQLField]:
    """Return the root fields."""
    query = schema().query_type
    assert query is not None
    return query.fields


def possible(named_type: Any) -> list[GraphQLObjectType]:
    """Return the object types that a value of a composite type may have."""
    if isinstance(named_type, GraphQLObjectType):
        return [named_type]
    return list(schema().get_possible_types(named_type))


def is_thing(named_type: GraphQLNamedType) -> bool:
    """Say whether a type is of things that documents refer to."""
    name = named_type.name
    own = isinstance(named_type, GraphQLObjectType) and any(
        interface.name == "Node" for interface in named_type.interfaces
    )
    return own or (isinstance(named_type, GraphQLInterfaceType) and name in ("Node", "Page"))


def arguments(field: GraphQLField, *, preset: str) -> str:
    """Return the arguments of a field inside of things."""
    known = {"first": str(INNER_FIRST), "preset": preset}
    given = {name: known[name] for name in field.args if name in known}
    missing = [
        name for name, a in field.args.items() if is_required_argument(a) and name not in given
    ]
    assert missing == []
    return "(" + ", ".join(f"{n}: {v}" for n, v in given.items()) + ")" if given else ""


def fragments(*, depth: int, preset: str) -> str:
    """Return fragments `Type_n` that select everything, following at most `n` references.

    Shape: `Type_leaf` selects what needs no reference. The fragments refer to each other in circles,
           which end with the data; they are executed without validation.
    """
    types = [t for t in schema().type_map.values() if is_composite_type(t) and t.name[:2] != "__"]
    return "\n".join(
        f"fragment {found.name}_{level} on {found.name} {{ {_body(found, level, preset)} }}"
        for found in types
        if found is not schema().query_type
        for level in ["leaf", *range(depth + 1)]
    )


def _body(found: Any, level: Any, preset: str) -> str:
    if isinstance(found, GraphQLInterfaceType):
        return "__typename " + " ".join(f"...{t.name}_{level}" for t in possible(found))
    selected = ["__typename"]
    for name, field in found.fields.items():
        target = get_named_type(field.type)
        if not is_composite_type(target):
            selected.append(name + arguments(field, preset=preset))
        elif not is_thing(target):
            below = f" {{ ...{target.name}_{level} }}"
            selected.append(name + arguments(field, preset=preset) + below)
        elif level != "leaf":
            below = f" {{ ...{target.name}_{level - 1 if level else 'leaf'} }}"
            selected.append(name + arguments(field, preset=preset) + below)
    return " ".join(selected)


def query_of(root: str, variables: dict[str, Any], *, depth: int, preset: str) -> DocumentNode:
    """Return a query that selects everything below a root field, up to `depth` references."""
    field = roots()[root]
    declared = ", ".join(f"${name}: {field.args[name].type}" for name in variables)
    given = ", ".join(f"{name}: ${name}" for name in variables)
    head = f"query ({declared})" if declared else "query"
    below = f" {{ ...{get_named_type(field.type).name}_{depth} }}"
    call = f"{root}({given})" if given else root
    operation = parse(f"{head} {{ {call}{below} }}", no_location=True)
    parts = (*operation.definitions, *_parsed_fragments(depth, preset))
    return DocumentNode(definitions=parts)


@cache
def _parsed_fragments(depth: int, preset: str) -> tuple[DefinitionNode, ...]:
    return parse(fragments(depth=depth, preset=preset), no_location=True).definitions


def ask(
    query: str | DocumentNode, variables: dict[str, Any], *, context: ReadContext
) -> dict[str, Any]:
    """Answer a query as the pipeline does, but of any size."""
    document = parse(query, no_location=True) if isinstance(query, str) else query
    result = answer(Operation(document), variables, context)
    errors = [shape(error, fallback=Code.BAD_USER_INPUT) for error in result.errors or ()]
    body = orjson.dumps({"data": result.data, "errors": errors}, default=str)
    answered: dict[str, Any] = orjson.loads(body)
    return answered


def visited(value: Any) -> Iterator[Pair]:
    """Yield the fields that an answer has values for; every object in it says its type."""
    if isinstance(value, list):
        for item in value:
            yield from visited(item)
    elif isinstance(value, dict):
        for name, inner in value.items():
            if "__typename" in value and name != "__typename" and inner not in (None, []):
                yield value["__typename"], name
            yield from visited(inner)


def paths_to_types(root: str) -> dict[str, list[Pair]]:
    """Return the shortest way from a root field to each object type, as (field, type) steps."""
    start = possible(get_named_type(roots()[root].type))
    found: dict[str, list[Pair]] = {t.name: [(root, t.name)] for t in start}
    waiting = deque(start)
    while waiting:
        here = waiting.popleft()
        for name, field in here.fields.items():
            target = get_named_type(field.type)
            for there in possible(target) if is_composite_type(target) else []:
                if there.name not in found:
                    found[there.name] = [*found[here.name], (name, there.name)]
                    waiting.append(there)
    return found


def small_query(path: list[Pair], variables: dict[str, Any], *, preset: str) -> str:
    """Return a valid query, within the limits, for all plain fields of the type at a path's end."""
    last: Any = schema().type_map[path[-1][1]]
    plain = [
        name + arguments(field, preset=preset)
        for name, field in last.fields.items()
        if not is_composite_type(get_named_type(field.type))
    ]
    text = " ".join(["__typename", *plain])
    for step, (name, type_name) in reversed(list(enumerate(path))):
        text = f"__typename ... on {type_name} {{ {text} }}"
        if step:
            owner: Any = schema().type_map[path[step - 1][1]]
            text = f"{name}{arguments(owner.fields[name], preset=preset)} {{ {text} }}"
    field = roots()[path[0][0]]
    declared = ", ".join(f"${name}: {field.args[name].type}" for name in variables)
    given = ", ".join(f"{name}: ${name}" for name in variables)
    head = f"query ({declared})" if declared else "query"
    return f"{head} {{ {path[0][0]}{f'({given})' if given else ''} {{ {text} }} }}"
