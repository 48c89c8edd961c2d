"""Write valid operations over the whole public schema, by chance; the same chance writes the same."""

import random
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLObjectType,
    get_named_type,
    get_nullable_type,
    is_composite_type,
    is_list_type,
    is_non_null_type,
    is_required_argument,
)

from cms.api.schema import schema

FIELDS_MAX = 60
DEPTH_MAX = 6
CURSORS = ("after", "before")
LISTS = ("news", "projects", "events", "openCalls", "pages", "redirects", "search", "changes")


@dataclass
class Vocabulary:
    """Hold the values that make arguments find something, and the cursors of earlier answers."""

    paths: list[str]
    ids: list[str]
    codes: list[str]
    sites: list[str]
    cursors: dict[str, list[str]] = field(default_factory=dict)


@dataclass
class Written:
    """Hold an operation with its variables."""

    text: str
    variables: dict[str, Any]
    has_introspection: bool


class Writer:
    """Write one operation.

    Fields with arguments always have a name of their own, so that two of them never clash.
    """

    def __init__(self, chance: random.Random, vocabulary: Vocabulary) -> None:
        self.chance, self.vocabulary = chance, vocabulary
        self.left = FIELDS_MAX
        self.count = 0
        self.declared: list[str] = []
        self.variables: dict[str, Any] = {}
        self.fragments: dict[str, list[str]] = {}
        self.bodies: list[str] = []
        self.has_introspection = False

    def write(self) -> Written:
        query = schema().query_type
        assert query is not None
        roots = [self._root(query) for _ in range(self.chance.choice((1, 1, 1, 2, 3)))]
        if self.chance.random() < 0.03:
            self.has_introspection = True
            roots.append(self.chance.choice(("__schema { queryType { name } }", INTROSPECTION)))
        if self.chance.random() < 0.2:
            roots.insert(0, "__typename")
        head = f"query Asked({', '.join(self.declared)})" if self.declared else "query Asked"
        text = "\n".join([f"{head} {{ {' '.join(roots)} }}", *self.bodies])
        return Written(text, self.variables, self.has_introspection)

    # Selections

    def _root(self, query: GraphQLObjectType) -> str:
        name = self.chance.choice(list(query.fields))
        return self._field(query, name, depth=0, prefix="")

    def selection(self, target: Any, *, depth: int) -> str:
        """Return what is selected of a type, braces included."""
        return "{ " + " ".join(self._selected(target, depth)) + " }"

    def _selected(self, target: Any, depth: int) -> list[str]:
        wanted = self.chance.randint(1, 6 if depth < 3 else 4)
        found = [self._one(target, depth) for _ in range(wanted)]
        return [text for text in found if text] or ["__typename"]

    def _one(self, target: Any, depth: int) -> str:
        kind = self.chance.random()
        if kind < 0.08:
            return "__typename"
        if isinstance(target, GraphQLObjectType) and kind > 0.2:
            return self._field(target, self.chance.choice(list(target.fields)), depth, "")
        if kind < 0.14:
            inner = self.selection(target, depth=depth)
            return f"... {self._directive()} {inner}"
        if kind < 0.24:
            return self._spread(target, depth)
        return self._narrowed(target, depth)

    def _narrowed(self, target: Any, depth: int) -> str:
        """Return a field of the type itself, or an inline fragment on one that it may be."""
        possible = _possible(target)
        if self.chance.random() < 0.4 and target.fields:
            return self._field(target, self.chance.choice(list(target.fields)), depth, "")
        inner = self.chance.choice(possible)
        # A name of its own, since other types may call something else the same.
        fields = [
            self._field(inner, self.chance.choice(list(inner.fields)), depth, f"{inner.name}_")
            for _ in range(self.chance.randint(1, 4))
        ]
        text = " ".join(text for text in fields if text) or "__typename"
        return f"... on {inner.name} {self._directive()} {{ {text} }}"

    def _spread(self, target: Any, depth: int) -> str:
        names = self.fragments.setdefault(target.name, [])
        if not names or self.chance.random() < 0.6:
            body = self.selection(target, depth=depth)
            name = f"F{len(self.bodies)}"
            self.bodies.append(f"fragment {name} on {target.name} {body}")
            names.append(name)
            return f"...{name} {self._directive()}"
        return f"...{self.chance.choice(names)} {self._directive()}"

    def _field(self, parent: Any, name: str, depth: int, prefix: str) -> str:
        definition = parent.fields[name]
        target = get_named_type(definition.type)
        self.left -= 1
        if is_composite_type(target) and (depth >= DEPTH_MAX or self.left <= 0):
            return ""
        alias = f"{prefix}{name}"
        if definition.args or self.chance.random() < 0.1:
            self.count += 1
            alias = f"{prefix}{name}_{self.count}"
        text = f"{alias}: {name}" if alias != name else name
        given = self._arguments(name, definition.args)
        text += f"({', '.join(given)})" if given else ""
        text += f" {self._directive()}"
        return text + (self.selection(target, depth=depth + 1) if is_composite_type(target) else "")

    def _directive(self) -> str:
        if self.chance.random() > 0.08:
            return ""
        kind = self.chance.choice(("skip", "include"))
        value = self.chance.random() < (0.3 if kind == "skip" else 0.7)
        if self.chance.random() < 0.3:
            return f"@{kind}(if: {str(value).lower()})"
        return f"@{kind}(if: {self._variable('Boolean!', value)})"

    # Values

    def _variable(self, type_name: str, value: Any) -> str:
        name = f"v{len(self.declared)}"
        default = ""
        is_plain = isinstance(value, str | int) and "[" not in type_name
        if is_plain and self.chance.random() < 0.15:
            default = f" = {_literal(value, kind=schema().type_map[type_name.rstrip('!')])}"
        self.declared.append(f"${name}: {type_name}{default}")
        if not default or self.chance.random() < 0.5:
            self.variables[name] = value
        return f"${name}"

    def _arguments(self, owner: str, arguments: dict[str, GraphQLArgument]) -> list[str]:
        given = []
        is_narrow = self.chance.random() < 0.5
        # Both together are refused.
        left_out = self.chance.choice(("first", "last")) if self.chance.random() < 0.97 else ""
        for name, argument in arguments.items():
            if not is_required_argument(argument) and self.chance.random() > (
                0.5 if is_narrow else 0.15
            ):
                continue
            if name in CURSORS and not self.vocabulary.cursors.get(owner):
                continue
            if name == left_out and "last" in arguments:
                continue
            value = self._value(argument.type, name, owner)
            if self.chance.random() < 0.5:
                given.append(f"{name}: {self._variable(str(argument.type), value)}")
            else:
                given.append(f"{name}: {_literal(value, kind=argument.type)}")
        return given

    def _value(self, kind: Any, name: str, owner: str) -> Any:
        if not is_non_null_type(kind) and self.chance.random() < 0.07:
            return None
        kind = get_nullable_type(kind)
        if is_list_type(kind):
            count = self.chance.choice((0, 1, 1, 2))
            return [self._value(kind.of_type, name, owner) for _ in range(count)]
        if isinstance(kind, GraphQLInputObjectType):
            chosen = [n for n in kind.fields if self.chance.random() < 0.3]
            return {n: self._value(kind.fields[n].type, n, owner) for n in chosen}
        if isinstance(kind, GraphQLEnumType):
            return self.chance.choice(list(kind.values))
        return self._scalar(kind.name, name, owner)

    def _scalar(self, kind: str, name: str, owner: str) -> Any:
        choose, words = self.chance.choice, self.vocabulary
        if name in CURSORS:
            return choose(words.cursors[owner])
        if name in ("first", "last"):
            return choose((1, 2, 3, 5, 20, 100, 100, 100)) if self.chance.random() < 0.97 else 0
        days = ("2025-01-01", "2026-02-20", "2026-03-02", "2026-03-04")
        known: dict[str, Iterable[Any]] = {
            "path": words.paths,
            "site": words.sites,
            "topics": words.codes,
            "countries": ("BG", "DE", "XX"),
            "text": ("is", "what", "news", "project 1", "Новини", "nothing"),
            "types": TYPES,
        }
        if name in known:
            return choose(list(known[name]))
        by_kind: dict[str, Iterable[Any]] = {
            "ID": words.ids,
            "Date": days,
            "DateTime": [f"{day}T12:00:00Z" for day in days],
        }
        return choose(list(by_kind[kind]))


INTROSPECTION = '__type(name: "NewsPage") { name fields { name type { kind } } }'
TYPES = ("NewsPage", "ProjectPage", "EventPage", "ClusterPage", "StandardPage")


def _possible(target: Any) -> list[GraphQLObjectType]:
    if isinstance(target, GraphQLObjectType):
        return [target]
    return list(schema().get_possible_types(target))


def _literal(value: Any, *, kind: Any) -> str:
    kind = get_nullable_type(kind)
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, int):
        return str(value)
    if isinstance(value, list):
        return "[" + ", ".join(_literal(item, kind=kind.of_type) for item in value) + "]"
    if isinstance(value, dict):
        inner = (f"{n}: {_literal(v, kind=kind.fields[n].type)}" for n, v in value.items())
        return "{" + ", ".join(inner) + "}"
    if isinstance(kind, GraphQLEnumType):
        return str(value)
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


def harvest(value: Any, cursors: dict[str, list[str]], *, root: str = "") -> None:
    """Collect the cursors of an answer, by the field that gave them."""
    if isinstance(value, list):
        for item in value:
            harvest(item, cursors, root=root)
    if not isinstance(value, dict):
        return
    for name, inner in value.items():
        field_name = name.split("_")[0]
        if isinstance(inner, str) and field_name in ("cursor", "endCursor", "startCursor"):
            kept = cursors.setdefault(root, [])
            if inner not in kept:
                kept.append(inner)
                del kept[:-30]
        harvest(inner, cursors, root=field_name if field_name in LISTS else root)
