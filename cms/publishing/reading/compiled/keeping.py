"""Keep what was rendered of a thing, and take it from there the next time.

What was answered of a thing alone stays with the thing, for all operations. What was answered of it and
of others that it points at is true for a moment of the content clock, and kept by the operation.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson
from graphql import FragmentDefinitionNode, FragmentSpreadNode

from cms.publishing.reading.compiled.calls import has_variable
from cms.publishing.reading.compiled.run import Json, Run
from cms.publishing.reading.items import Item
from cms.publishing.reading.known import Seen
from cms.publishing.reading.written import written

Build = Callable[[Any, Run], Json]


def of_the_thing_alone(build: Build, selected: str) -> Build:
    """Return a function that asks what is kept of a thing first."""

    def kept(item: Item, run: Run) -> Json:
        answers = item.answers
        if answers is None:
            return build(item, run)
        found = answers.get(selected)
        if found is None:
            spoilt = run.spoilt
            place = build(item, run)
            if run.spoilt != spoilt:
                return place
            found = answers.keep(selected, written(place))
        return found

    return kept


def in_moment(build: Build, number: int) -> Build:
    """Return a function that asks what was rendered of a thing in this moment first.

    What it renders is kept when it depends on nothing but things that were known: then all of it is
    done at once, and every thing was noted.
    """

    def rendered(item: Item, run: Run) -> Json:
        book, context = run.book, run.context
        if book is None:
            return build(item, run)
        key = number, item.key, item.locale, item.seq
        found = book.nodes.get(key)
        if found is not None:
            context.seen |= found.seen
            if context.noted is not None:
                context.noted += found.seen
            return found.answer
        outer, before = context.noted, context.unsettled
        noted: list[Item | Seen] = []
        context.noted = noted
        place = build(item, run)
        context.noted = outer
        if outer is not None:
            outer += noted
        if context.unsettled != before:
            return place
        answer = written(place)
        made = orjson.Fragment(answer)
        book.keep(key, made, len(answer), noted)
        return made

    return rendered


def has_variables(nodes: Any, fragments: dict[str, FragmentDefinitionNode]) -> bool:
    """Say whether an argument of some selected fields, or below them, has a variable in it.

    Shape: those of directives do not count, since plans differ by them.
    """
    for node in nodes or ():
        if any(map(has_variable, getattr(node, "arguments", ()))):
            return True
        inner = fragments[node.name.value] if isinstance(node, FragmentSpreadNode) else node
        selected = inner.selection_set
        if selected is not None and has_variables(selected.selections, fragments):
            return True
    return False
