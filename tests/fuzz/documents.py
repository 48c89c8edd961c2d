"""Write documents from the schema, some valid, some with one thing wrong."""

import random
from pathlib import Path
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    build_schema,
    get_named_type,
    is_list_type,
    is_required_argument,
)
from graphql.type import get_nullable_type

from tests.portals.installation import ROOT

SCHEMA = build_schema(Path(ROOT, "frontend_contract/schema.graphql").read_text(encoding="utf-8"))
TEXTS = ["", "/", "x" * 300, "\\u0000", "%' OR 1=1 --", "🦆", "/news/", "ID", "\\n", "{}", "en-GB"]


class Writer:
    """Write one document by the choices of a random generator."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.left = 30

    def document(self) -> str:
        """Return a query."""
        query = SCHEMA.query_type
        assert query is not None
        return "query Fuzz " + self.selection(query, 0)

    def selection(self, owner: Any, depth: int) -> str:
        """Return a selection of fields of a type."""
        names = self.chance.sample(
            sorted(owner.fields), min(len(owner.fields), self.chance.randint(1, 4))
        )
        parts = [part for name in names if (part := self.field(name, owner.fields[name], depth))]
        if isinstance(owner, GraphQLInterfaceType) and depth < 6:
            concrete = self.chance.choice(SCHEMA.get_possible_types(owner))
            parts.append(f"... on {concrete.name} {self.selection(concrete, depth + 1)}")
        if self.chance.random() < 0.1:
            parts.append(
                self.chance.choice(["...", "... on Page { url }", "@skip(if: true)", "nothing"])
            )
        return "{ __typename " + " ".join(parts) + " }"

    def field(self, name: str, definition: Any, depth: int) -> str:
        """Return a field with some of its arguments, and what is below it."""
        self.left -= 1
        target = get_named_type(definition.type)
        below = ""
        if isinstance(target, GraphQLObjectType | GraphQLInterfaceType):
            if self.left < 0 or depth > 8:
                return ""
            below = self.selection(target, depth + 1)
        given = [
            f"{key}: {self.value(argument.type)}"
            for key, argument in definition.args.items()
            if is_required_argument(argument) or self.chance.random() < 0.4
        ]
        arguments = f"({', '.join(given)})" if given else ""
        alias = f"a{self.left}: " if self.chance.random() < 0.1 else ""
        return f"{alias}{name}{arguments} {below}"

    def value(self, argument_type: Any, depth: int = 0) -> str:
        """Return a value for a type, or now and then for another."""
        if self.chance.random() < 0.08:
            return self.chance.choice(
                ["null", "-1", "1e400", '"x"', "[]", "{}", "$missing", "9" * 30]
            )
        inner = get_nullable_type(argument_type)
        if is_list_type(inner):
            return "[" + ", ".join(self.value(inner.of_type, depth) for _ in range(2)) + "]"
        if isinstance(inner, GraphQLEnumType):
            return str(self.chance.choice(sorted(inner.values)))
        if isinstance(inner, GraphQLInputObjectType):
            names = self.chance.sample(sorted(inner.fields), min(2, len(inner.fields)))
            fields = [f"{name}: {self.value(inner.fields[name].type, depth + 1)}" for name in names]
            return "{" + ", ".join(fields) + "}"
        return {
            "Int": str(self.chance.choice([0, 1, 3, 100, 101, 2**31, -5])),
            "Boolean": self.chance.choice(["true", "false"]),
            "DateTime": '"2026-03-02T12:00:00+00:00"',
            "Date": '"2026-03-02"',
        }.get(inner.name, f'"{self.chance.choice(TEXTS)}"')


def mutated(text: str, chance: random.Random) -> str:
    """Return a document with a few places damaged."""
    found = list(text)
    for _ in range(chance.randint(1, 5)):
        at = chance.randrange(len(found))
        match chance.randrange(4):
            case 0:
                del found[at]
            case 1:
                found.insert(at, chance.choice('{}()[]":$@!|&#,.\x00\ufeff…é😀\\'))
            case 2:
                found[at] = chance.choice("{}()xyz0 \n")
            case _:
                found[at:at] = found[at : at + chance.randint(1, 40)]
        if not found:
            break
    return "".join(found)
