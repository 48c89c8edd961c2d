"""Give exposed fields their values: what `source=` in a page's `graphql_fields` points at.

    stated_acronym = StatedText("acronym")
    goal_list = Lines("goals")
    programme_references = Chosen("programmes", "programme")

Each reads the page's own row or relations and nothing else, so a document never depends on the things
it points at.
"""

from collections.abc import Callable
from typing import Any

from django.apps import apps
from grapple.registry import registry

from cms.content.addresses import followed_address
from cms.publishing.protocols import Reference


class StatedText:
    """Read a text column: None where the editor wrote nothing."""

    def __init__(self, column: str) -> None:
        self.column = column

    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        if instance is None:
            return self
        return getattr(instance, self.column).strip() or None


class StatedAddress:
    """Read an address column: None where the editor wrote nothing, or nothing a browser may follow."""

    def __init__(self, column: str) -> None:
        self.column = column

    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        return self if instance is None else followed_address(getattr(instance, self.column))


class Lines:
    """Read a list of short texts that the editor wrote one to a line."""

    def __init__(self, column: str) -> None:
        self.column = column

    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        if instance is None:
            return self
        lines = getattr(instance, self.column).splitlines()
        return [line.strip() for line in lines if line.strip()]


class Chosen:
    """Read a many-to-many relation as references.

    Shape: in the order in which the targets were created. The order must not come from the targets'
           own columns, which may change without the page changing.
    """

    def __init__(self, relation: str, kind: str) -> None:
        self.relation = relation
        self.kind = kind

    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        if instance is None:
            return self
        targets = getattr(instance, self.relation).all()
        # By its own name, because the relations of a draft in memory know no other.
        key = targets.model._meta.pk.name
        pks = targets.order_by(key).values_list(key, flat=True)
        return [Reference(self.kind, pk) for pk in pks]


class RowReferences:
    """Read ordered child rows, each of which points at one thing, as references without repeats."""

    def __init__(self, relation: str, column: str, kind: str) -> None:
        self.relation = relation
        self.column = column
        self.kind = kind

    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        if instance is None:
            return self
        pks = (getattr(row, f"{self.column}_id") for row in getattr(instance, self.relation).all())
        return [Reference(self.kind, pk) for pk in dict.fromkeys(pks) if pk]


def type_of(label: str) -> Callable[[], Any]:
    """Name the GraphQL type of a model inside a plain object type, before the schema is built."""
    return lambda: registry.models[apps.get_model(label)]
