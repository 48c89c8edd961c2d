"""Refuse documents and variables that are too big, before anything expensive looks at them.

The parser itself stops at too many characters, tokens and comments; what is counted here is counted in
one pass over the parsed document, each fragment once, so the work is linear however fragments nest.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    OperationDefinitionNode,
    SelectionSetNode,
)

from cms.api.errors import Code, Refused

BODY_MAX_BYTES: int = settings.GRAPHQL_BODY_MAX_BYTES
CHARACTERS_MAX: int = settings.GRAPHQL_CHARACTERS_MAX
TOKENS_MAX: int = settings.GRAPHQL_TOKENS_MAX
COMMENTS_MAX: int = settings.GRAPHQL_COMMENTS_MAX
DEPTH_MAX: int = settings.GRAPHQL_DEPTH_MAX
INTROSPECTION_DEPTH_MAX: int = settings.GRAPHQL_INTROSPECTION_DEPTH_MAX
ROOT_FIELDS_MAX: int = settings.GRAPHQL_ROOT_FIELDS_MAX
ALIASES_MAX: int = settings.GRAPHQL_ALIASES_MAX
DIRECTIVES_MAX: int = settings.GRAPHQL_DIRECTIVES_MAX
FIELDS_MAX: int = settings.GRAPHQL_FIELDS_MAX
FRAGMENTS_MAX: int = settings.GRAPHQL_FRAGMENTS_MAX
OPERATIONS_MAX: int = settings.GRAPHQL_OPERATIONS_MAX
VALUES_MAX: int = settings.GRAPHQL_VALUES_MAX
ERRORS_MAX = 5

Definition = OperationDefinitionNode | FragmentDefinitionNode


@dataclass(slots=True)
class _Size:
    """Count what a definition holds, by itself or with its fragments written out.

    Shape: `roots` are the names of the fields at its top by response key; `spreads` the fragments it
           spreads, with the levels of fields above each.
    """

    fields: int = 0
    aliases: int = 0
    directives: int = 0
    depth: int = 0
    roots: dict[str, str] = field(default_factory=dict)
    spreads: list[tuple[str, int]] = field(default_factory=list)


def check(document: DocumentNode) -> None:
    """Refuse a document beyond the limits.

    Raises: Refused naming the limit.
    """
    fragments: dict[str, FragmentDefinitionNode] = {}
    operations: list[OperationDefinitionNode] = []
    for node in document.definitions:
        if isinstance(node, FragmentDefinitionNode):
            fragments[node.name.value] = node
        elif isinstance(node, OperationDefinitionNode):
            operations.append(node)
    _refuse_more("fragments", len(fragments), FRAGMENTS_MAX)
    _refuse_more("operations", len(operations), OPERATIONS_MAX)
    measure = _Measure(fragments)
    sizes = [measure.whole(_own(operation)) for operation in operations]
    _refuse_more("fields", sum(size.fields for size in sizes), FIELDS_MAX)
    _refuse_more("aliases", sum(size.aliases for size in sizes), ALIASES_MAX)
    _refuse_more("directives", sum(size.directives for size in sizes), DIRECTIVES_MAX)
    for size in sizes:
        _refuse_more("different fields at its root", len(size.roots), ROOT_FIELDS_MAX)
        most = INTROSPECTION_DEPTH_MAX if _is_introspection(size) else DEPTH_MAX
        if size.depth > most:
            raise Refused(
                Code.DOCUMENT_TOO_DEEP,
                f"The document nests more than {most} levels of fields. Ask for fewer levels.",
            )


def check_variables(variables: dict[str, Any] | None) -> None:
    """Refuse variables that hold too many values.

    Raises: Refused.
    """
    waiting: list[Any] = [variables] if variables else []
    count = 0
    while waiting:
        value = waiting.pop()
        inner: Iterable[Any] = value.values() if isinstance(value, dict) else value
        for one in inner:
            count += 1
            if isinstance(one, dict | list):
                waiting.append(one)
        if count > VALUES_MAX:
            message = f"The variables hold more than {VALUES_MAX} values. Send fewer."
            raise Refused(Code.VARIABLES_TOO_LARGE, message)


def _refuse_more(what: str, count: int, most: int) -> None:
    if count > most:
        raise Refused(
            Code.DOCUMENT_TOO_COMPLEX,
            f"The document has more than {most} {what}. Ask for less, or in several requests.",
        )


def _is_introspection(size: _Size) -> bool:
    return bool(size.roots) and all(name.startswith("__") for name in size.roots.values())


def _own(definition: Definition) -> _Size:
    """Count what a definition holds by itself, without recursion: the parser lets 200 levels pass."""
    size = _Size(directives=len(definition.directives or ()))
    waiting: list[tuple[SelectionSetNode, int]] = [(definition.selection_set, 0)]
    while waiting:
        selections, level = waiting.pop()
        for selection in selections.selections:
            size.directives += len(selection.directives or ())
            if isinstance(selection, FragmentSpreadNode):
                size.spreads.append((selection.name.value, level))
                continue
            below = level
            if isinstance(selection, FieldNode):
                size.fields += 1
                size.aliases += selection.alias is not None
                below = level + 1
                size.depth = max(size.depth, below)
                if level == 0:
                    key = selection.alias or selection.name
                    size.roots[key.value] = selection.name.value
            nested: SelectionSetNode | None = getattr(selection, "selection_set", None)
            if nested:
                waiting.append((nested, below))
    return size


class _Measure:
    """Write fragments out, remembering what each measures."""

    def __init__(self, fragments: dict[str, FragmentDefinitionNode]) -> None:
        self.fragments = fragments
        self.known: dict[str, _Size | None] = {}

    def whole(self, own: _Size) -> _Size:
        """Return a size with everything that its spreads add."""
        total = _Size(own.fields, own.aliases, own.directives, own.depth, dict(own.roots))
        for name, level in own.spreads:
            part = self.fragment(name)
            if part is None:
                continue
            total.fields += part.fields
            total.aliases += part.aliases
            total.directives += part.directives
            total.depth = max(total.depth, level + part.depth)
            if level == 0:
                total.roots.update(part.roots)
        return total

    def fragment(self, name: str) -> _Size | None:
        """Return what a fragment measures; None for one that is unknown, or inside itself."""
        if name not in self.known:
            self.known[name] = None
            if definition := self.fragments.get(name):
                self.known[name] = self.whole(_own(definition))
        return self.known[name]
