"""Look at what an operation selects below a field."""

from collections.abc import Iterable, Mapping

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLResolveInfo,
    InlineFragmentNode,
    SelectionSetNode,
)


def selected_names(info: GraphQLResolveInfo) -> set[str]:
    """Return the names of the fields selected directly below a field, fragments included."""
    return set(known_names(info)[0])


def names_below(info: GraphQLResolveInfo) -> set[str]:
    """Return the names of all fields selected anywhere below a field."""
    return set(known_names(info)[1])


def known_names(info: GraphQLResolveInfo) -> tuple[frozenset[str], frozenset[str]]:
    """Return the names of the fields selected directly and anywhere below a field.

    A compiled plan knows them already, and says so in `known`.
    """
    known: tuple[frozenset[str], frozenset[str]] | None = getattr(info, "known", None)
    if known is not None:
        return known
    below = _below(info)
    direct = names_in(below, info.fragments)
    return frozenset(direct), frozenset(names_in(below, info.fragments, deep=True))


def _below(info: GraphQLResolveInfo) -> list[SelectionSetNode]:
    return [node.selection_set for node in info.field_nodes if node.selection_set]


def names_in(
    selections: Iterable[SelectionSetNode],
    fragments: Mapping[str, FragmentDefinitionNode],
    *,
    deep: bool = False,
) -> set[str]:
    """Return the names of the fields in selections, `deep` with those of their fields too."""
    found: set[str] = set()
    spread: set[str] = set()
    waiting = list(selections)
    while waiting:
        for selection in waiting.pop().selections:
            if isinstance(selection, FieldNode):
                found.add(selection.name.value)
                if deep and selection.selection_set:
                    waiting.append(selection.selection_set)
            elif isinstance(selection, InlineFragmentNode):
                waiting.append(selection.selection_set)
            elif isinstance(selection, FragmentSpreadNode):
                name = selection.name.value
                if name not in spread and name in fragments:
                    spread.add(name)
                    waiting.append(fragments[name].selection_set)
    return found
