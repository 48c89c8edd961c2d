"""Keep answers as the caches of GraphQL clients do: every object with an id once, field by field."""

from collections.abc import Iterator
from typing import Any

Key = tuple[str, str]


class ClientCache:
    """Merge answers by type and id, and note where one id stands for two answers.

    Shape: `things` are fields by type and id; an object without an id is part of whoever holds it, and
           one with an id is held by that id. `conflicts` names a type and its field, with both answers.
    """

    def __init__(self) -> None:
        self.things: dict[Key, dict[str, Any]] = {}
        self.conflicts: list[tuple[str, Any, Any]] = []

    def write(self, value: Any) -> Any:
        """Keep an answer, and return what holds it."""
        if isinstance(value, list):
            return [self.write(item) for item in value]
        if not isinstance(value, dict):
            return value
        fields = {name: self.write(inner) for name, inner in value.items()}
        if "id" not in fields:
            return fields
        key = fields["__typename"], fields["id"]
        known = self.things.setdefault(key, {})
        for name, found in fields.items():
            if name in known and not agree(known[name], found):
                self.conflicts.append((f"{key[0]}.{name}", known[name], found))
        known.update(fields)
        return key

    def sources(self) -> Iterator[tuple[str, str, str]]:
        """Yield type, source id and id of every thing."""
        for (type_name, own), fields in self.things.items():
            if "sourceId" in fields:
                yield type_name, fields["sourceId"], own


def agree(one: Any, other: Any) -> bool:
    """Say whether two answers agree in all that both of them tell: one may have asked for less."""
    if isinstance(one, dict) and isinstance(other, dict):
        return all(agree(one[name], other[name]) for name in one.keys() & other.keys())
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(agree, one, other))
    return bool(one == other)
