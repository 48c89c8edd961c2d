"""Refuse documents that are too big, before anything expensive looks at them.

The parser itself stops at too many characters, tokens and comments; what is counted here is counted in
one pass over the parsed document, each fragment once, so the work is linear however fragments nest.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    OperationDefinitionNode,
    SelectionSetNode,
)

from cms.api.errors import Code, Refused

BODY_MAX_BYTES = 100 * 1024
CHARACTERS_MAX = 16_000
TOKENS_MAX = 2_000
COMMENTS_MAX = 50
DEPTH_MAX = 12
INTROSPECTION_DEPTH_MAX = 16
ALIASES_MAX = 30
DIRECTIVES_MAX = 50
FIELDS_MAX = 500
FRAGMENTS_MAX = 50
ERRORS_MAX = 5


@dataclass(slots=True)
class _Size:
    """Count what one definition holds, by itself."""

    fields: int = 0
    aliases: int = 0
    directives: int = 0


def check(document: DocumentNode) -> None:
    """Refuse a document beyond the limits.

    Raises: Refused naming the limit.
    """
    fragments = {
        node.name.value: node
        for node in document.definitions
        if isinstance(node, FragmentDefinitionNode)
    }
    if len(fragments) > FRAGMENTS_MAX:
        raise _too_complex("fragments", FRAGMENTS_MAX)
    guard = _Guard(fragments)
    for node in document.definitions:
        if isinstance(node, OperationDefinitionNode):
            guard.check(node)


def _too_complex(what: str, most: int) -> Refused:
    return Refused(
        Code.DOCUMENT_TOO_COMPLEX,
        f"The document has more than {most} {what}. Ask for less, or in several requests.",
    )


class _Guard:
    """Measure operations, remembering what each fragment measures."""

    def __init__(self, fragments: dict[str, FragmentDefinitionNode]) -> None:
        self.fragments = fragments
        self.depths: dict[str, int] = {}
        self.sizes: dict[str, _Size] = {}

    def check(self, operation: OperationDefinitionNode) -> None:
        """Refuse an operation beyond the limits."""
        size = self._size(operation.selection_set, path=())
        size.directives += len(operation.directives or ())
        for what, count, most in (
            ("fields", size.fields, FIELDS_MAX),
            ("aliases", size.aliases, ALIASES_MAX),
            ("directives", size.directives, DIRECTIVES_MAX),
        ):
            if count > most:
                raise _too_complex(what, most)
        most = INTROSPECTION_DEPTH_MAX if _is_introspection(operation) else DEPTH_MAX
        if self._depth(operation.selection_set, path=()) > most:
            raise Refused(
                Code.DOCUMENT_TOO_DEEP,
                f"The document nests more than {most} levels of fields. Ask for fewer levels.",
            )

    def _size(self, selections: SelectionSetNode, *, path: tuple[str, ...]) -> _Size:
        size = _Size()
        for selection in selections.selections:
            size.directives += len(selection.directives or ())
            if isinstance(selection, FieldNode):
                size.fields += 1
                size.aliases += selection.alias is not None
            below = self._inside(selection, path)
            if below is not None:
                name, nested, inner_path = below
                part = self.sizes.get(name) if name else None
                if part is None:
                    part = self._size(nested, path=inner_path)
                    if name:
                        self.sizes[name] = part
                size.fields += part.fields
                size.aliases += part.aliases
                size.directives += part.directives
        return size

    def _depth(self, selections: SelectionSetNode, *, path: tuple[str, ...]) -> int:
        deepest = 0
        for selection in selections.selections:
            below = self._inside(selection, path)
            depth = 0
            if below is not None:
                name, nested, inner_path = below
                known = self.depths.get(name) if name else None
                depth = self._depth(nested, path=inner_path) if known is None else known
                if name:
                    self.depths[name] = depth
            deepest = max(deepest, depth + isinstance(selection, FieldNode))
        return deepest

    def _inside(
        self, selection: object, path: tuple[str, ...]
    ) -> tuple[str, SelectionSetNode, tuple[str, ...]] | None:
        """Return what a selection leads into; a fragment inside itself leads nowhere."""
        if isinstance(selection, FragmentSpreadNode):
            name = selection.name.value
            fragment = self.fragments.get(name)
            if fragment is None or name in path:
                return None
            return name, fragment.selection_set, (*path, name)
        nested: SelectionSetNode | None = getattr(selection, "selection_set", None)
        return ("", nested, path) if nested else None


def _is_introspection(operation: OperationDefinitionNode) -> bool:
    names = list(_root_names(operation))
    return bool(names) and all(name.startswith("__") for name in names)


def _root_names(operation: OperationDefinitionNode) -> Iterator[str]:
    for selection in operation.selection_set.selections:
        yield selection.name.value if isinstance(selection, FieldNode) else ""
