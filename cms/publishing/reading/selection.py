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
    return names_in(_below(info), info.fragments)


def names_below(info: GraphQLResolveInfo) -> set[str]:
    """Return the names of all fields selected anywhere below a field."""
    return names_in(_below(info), info.fragments, deep=True)


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
