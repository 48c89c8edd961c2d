"""Load everything an operation selects, level by level, before graphql-core completes its values.

Each level of references costs one statement per sort of load, whatever the number of items. The values
found are remembered, so that the resolvers which graphql-core calls afterwards only look them up;
what was not foreseen is loaded when it is asked for: slower, never wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable
from dataclasses import dataclass
from typing import Any

from graphql import (
    GraphQLObjectType,
    GraphQLSchema,
    SelectionSetNode,
    is_abstract_type,
)
from graphql.execution.execute import ExecutionContext

from cms.publishing.reading.context import ReadContext
from cms.publishing.reading.items import Item, Part
from cms.publishing.reading.loads import Load, Things
from cms.publishing.reading.plan import Plan, Step
from cms.publishing.reading.stored import PLAIN, Shapes, StoredField, Stores

Then = Callable[[Any], None]


def needed_loads(step: Any) -> list[Load]:
    """Return the loads that a generator resolver yielded, one or several."""
    return [step] if isinstance(step, Load) else list(step)


def loaded(context: ReadContext, step: Any) -> Any:
    """Return what a generator resolver gets back for what it yielded."""
    if isinstance(step, Load):
        return context.results[step]
    return [context.results[load] for load in step]


def drive(context: ReadContext, resolver: Generator[Any, Any, Any]) -> Any:
    """Run a generator resolver on its own, load by load."""
    try:
        step = next(resolver)
        while True:
            context.load(needed_loads(step))
            step = resolver.send(loaded(context, step))
    except StopIteration as end:
        return end.value


@dataclass(slots=True)
class _Waiting:
    """Hold a generator resolver between two levels."""

    resolver: Generator[Any, Any, Any]
    step: Any
    then: Then


class LookAhead:
    """Walk an operation breadth-first over the values it selects."""

    def __init__(self, execution: ExecutionContext, *, shapes: Shapes) -> None:
        self.execution = execution
        self.schema: GraphQLSchema = execution.schema
        self.shapes = shapes
        self.plan = Plan(execution, shapes=shapes)
        self.context: ReadContext = execution.context_value
        self._waiting: list[_Waiting] = []
        self._needs: list[Load] = []
        self._after: list[Callable[[], None]] = []
        self._seen: set[tuple[int, int]] = set()

    def run(self, root: Any) -> None:
        """Load and remember everything below the operation's root."""
        query = self.schema.query_type
        assert query is not None
        self._visit(root, query, [self.execution.operation.selection_set])
        while self._needs or self._waiting or self._after:
            needs, waiting, after = self._needs, self._waiting, self._after
            self._needs, self._waiting, self._after = [], [], []
            self.context.load([*needs, *(n for w in waiting for n in needed_loads(w.step))])
            for entry in waiting:
                self._advance(entry)
            for act in after:
                act()

    # One value

    def _visit(
        self, value: Any, object_type: GraphQLObjectType, selections: Iterable[SelectionSetNode]
    ) -> None:
        for selection in selections:
            mark = (id(value), id(selection))
            if mark in self._seen:
                continue
            self._seen.add(mark)
            self.context.kept.append(value)
            for step in self.plan.steps(object_type, selection):
                if step.stored is not None and isinstance(value, Item | Part):
                    self._stored(value, step, step.stored)
                elif step.resolve is not None:
                    self._computed(value, step)

    def _stored(self, parent: Item | Part, step: Step, stored: StoredField) -> None:
        if stored.stores in PLAIN:
            return
        value = parent.get(stored.name)
        if value is None:
            return
        keys = tuple(dict.fromkeys(self.shapes.references(stored, value)))
        if stored.stores is Stores.REFERENCE:
            self._need(Things(keys, locale=parent.locale, tail=step.needs_tail))
            self._after.append(lambda: self._found(parent, step, stored))
            return
        self._need(Things(keys, locale=parent.locale))
        if stored.stores is Stores.PART:
            self._parts(parent, step, stored)

    def _need(self, load: Things) -> None:
        if load.keys:
            self._needs.append(load)

    def _found(self, parent: Item | Part, step: Step, stored: StoredField) -> None:
        self._descend(self.shapes.resolve(stored, parent, self.context), step)

    def _parts(self, parent: Item | Part, step: Step, stored: StoredField) -> None:
        """Look into embedded objects at once; whether they may be shown is known after this level."""
        value = parent.get(stored.name)
        owner = parent if isinstance(parent, Item) else parent.owner
        values = value if stored.is_list else [value]
        parts = [Part(item, owner) for item in values if item is not None]
        self._descend(parts if stored.is_list else parts[0], step)

        def keep() -> None:
            shown = [part for part in parts if self._is_present(stored, part)]
            single = shown[0] if shown else None
            self.context.memo[(id(parent), *step.field)] = shown if stored.is_list else single

        self._after.append(keep)

    def _is_present(self, stored: StoredField, part: Part) -> bool:
        name = self.shapes.concrete(stored, part.value)
        return self.shapes.is_present(name, part.value, context=self.context, locale=part.locale)

    def _computed(self, parent: Any, step: Step) -> None:
        key = (id(parent), *step.field)
        if key in self.context.memo:
            self._descend(self.context.memo[key], step)
            return

        def then(value: Any) -> None:
            self.context.memo[key] = value
            self._descend(value, step)

        try:
            value = step.resolve(parent, step.info, **step.arguments)
        except Exception as error:  # noqa: BLE001 - graphql-core reports it at the field
            then(error)
            return
        if isinstance(value, Generator):
            self._start(value, then)
        else:
            then(value)

    # Generators

    def _start(self, resolver: Generator[Any, Any, Any], then: Then) -> None:
        self._continue(resolver, then, lambda: next(resolver))

    def _advance(self, entry: _Waiting) -> None:
        received = loaded(self.context, entry.step)
        self._continue(entry.resolver, entry.then, lambda: entry.resolver.send(received))

    def _continue(
        self, resolver: Generator[Any, Any, Any], then: Then, act: Callable[[], Any]
    ) -> None:
        try:
            step = act()
        except StopIteration as end:
            then(end.value)
        except Exception as error:  # noqa: BLE001 - graphql-core reports it at the field
            then(error)
        else:
            self._waiting.append(_Waiting(resolver, step, then))

    # Going down

    def _descend(self, value: Any, step: Step) -> None:
        if not step.below or value is None or isinstance(value, Exception):
            return
        for item in value if step.is_list else [value]:
            concrete = self.concrete_type(item, step.target)
            if item is not None and concrete is not None:
                self._visit(item, concrete, step.below)

    def concrete_type(self, value: Any, named_type: Any) -> GraphQLObjectType | None:
        """Return the object type of a value."""
        if not is_abstract_type(named_type):
            return named_type if isinstance(named_type, GraphQLObjectType) else None
        name = type_name_of(value)
        found = self.schema.get_type(name) if name else None
        return found if isinstance(found, GraphQLObjectType) else None


def type_name_of(value: Any) -> str | None:
    """Return the public type name of an item or of a block."""
    if isinstance(value, Item):
        return value.type
    if isinstance(value, Part) and isinstance(value.value, dict):
        return value.value.get("__typename")
    return None
