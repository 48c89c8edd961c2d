"""Make, for each type that a selection meets, the function that builds its objects.

The function is written as Python source: one line for each field that documents keep as it is
answered, one call for each other field. Into the source go names of the schema and of the document,
quoted; everything else is handed over as a value.
"""

from __future__ import annotations

from itertools import count
from types import GeneratorType
from typing import Any

from graphene.types.resolver import dict_or_attr_resolver
from graphql import (
    FieldNode,
    GraphQLField,
    GraphQLObjectType,
    get_named_type,
    is_abstract_type,
    is_composite_type,
    is_leaf_type,
    is_non_null_type,
)
from graphql.execution.collect_fields import collect_fields, collect_sub_fields

from cms.publishing.reading.compiled import stored_fields
from cms.publishing.reading.compiled.calls import Call, OperationFacts
from cms.publishing.reading.compiled.completing import completer, is_as_it_is, leaf_of
from cms.publishing.reading.compiled.keeping import (
    Build,
    has_variables,
    in_moment,
    of_the_thing_alone,
)
from cms.publishing.reading.compiled.presence import Presence
from cms.publishing.reading.compiled.run import Json, NotCovered, Run
from cms.publishing.reading.items import Item, Part
from cms.publishing.reading.known import Book, Known
from cms.publishing.reading.lookahead import type_name_of
from cms.publishing.reading.selection import names_in
from cms.publishing.reading.stored import (
    PLAIN,
    Shapes,
    StoredField,
    Stores,
    localized,
    public_form,
)

HEADS = {
    "Item": "    document = parent._document\n"
    "    if document is None: document = parent.document\n"
    "    locale = parent.locale\n",
    "Part": "    document = parent.value\n    locale = parent.owner.locale\n",
    "other": "    document = locale = None\n",
}


class Plan:
    """Hold what all selections of one operation share.

    Shape: `variables` are those with which it was made; only such plans are used for others as agree
           in every variable that directives read.
    """

    def __init__(
        self, operation: OperationFacts, shapes: Shapes, variables: dict[str, Any]
    ) -> None:
        self.operation, self.shapes, self.variables = operation, shapes, variables
        self.presence = Presence(shapes)
        self._book: Book | None = None
        self._numbers = count()
        query = operation.schema.query_type
        assert query is not None
        self.root = Selection(self, query, None)

    def number(self) -> int:
        """Return another number for each that asks."""
        return next(self._numbers)

    def book_in(self, known: Known) -> Book:
        """Return what was rendered by this plan in a moment."""
        book = self._book
        if book is None or book.known is not known or not book.is_open:
            book = self._book = Book(known)
        return book


class Selection:
    """Be what is selected below a field, or of the root: one function for each type it meets."""

    def __init__(self, plan: Plan, target: Any, nodes: list[FieldNode] | None) -> None:
        self.plan, self.target, self.nodes = plan, target, nodes
        self.is_abstract = is_abstract_type(target)
        self._builds: dict[Any, Build] = {}

    def build(self, value: Any, run: Run) -> Json:
        """Return the answer for one object."""
        key: Any = type(value)
        if self.is_abstract:
            key = key, type_name_of(value)
        made = self._builds.get(key)
        if made is None:
            made = self._builds[key] = self._make(value)
        return made(value, run)

    def _make(self, value: Any) -> Build:
        schema = self.plan.operation.schema
        found, kind = self.target, type(value)
        if self.is_abstract:
            name = type_name_of(value)
            found = schema.get_type(name) if name else None
            if not isinstance(found, GraphQLObjectType) or not schema.is_sub_type(
                self.target, found
            ):
                raise NotCovered
        head = "Item" if kind is Item else "Part" if kind is Part else "other"
        writer = _Writer(self.plan, found, head)
        build = writer.write(self._fields(found))
        selected = writer.selected
        if head != "Item":
            return build
        if selected is not None:
            return of_the_thing_alone(build, selected)
        operation = self.plan.operation
        if has_variables(self.nodes, operation.fragments):
            return build
        return in_moment(build, self.plan.number())

    def selected_alone(self, head: str) -> str | None:
        """Return what is selected of one embedded object if it is of the thing alone, else None."""
        if self.is_abstract:
            return None
        writer = _Writer(self.plan, self.target, head)
        writer.write(self._fields(self.target))
        return writer.selected

    def _fields(self, object_type: GraphQLObjectType) -> dict[str, list[FieldNode]]:
        operation, variables = self.plan.operation, self.plan.variables
        if self.nodes is None:
            return collect_fields(
                operation.schema,
                operation.fragments,
                variables,
                object_type,
                operation.node.selection_set,
            )
        return collect_sub_fields(
            operation.schema, operation.fragments, variables, object_type, self.nodes
        )


class _Writer:
    """Write the function for the objects of one type, which documents keep or resolvers make."""

    def __init__(self, plan: Plan, object_type: GraphQLObjectType, head: str) -> None:
        self.plan, self.object_type, self.head = plan, object_type, head
        self.names: dict[str, Any] = {}
        self.needs_tail = False
        self._parts: list[str | None] = []

    @property
    def selected(self) -> str | None:
        """Return what is selected, in one form for all documents; None unless of the thing alone."""
        if self.needs_tail or None in self._parts:
            return None
        return f"{self.object_type.name} {self._parts}"

    def write(self, fields: dict[str, list[FieldNode]]) -> Build:
        lines = [self._line(answer, nodes) for answer, nodes in fields.items()]
        source = ["def build(parent, run):\n"]
        if self.needs_tail:
            source.append("    if parent._tail is None: parent = run.with_tail(parent)\n")
        source += [HEADS[self.head], "    place = {}\n", *lines, "    return place\n"]
        # Only names that GraphQL allows, quoted, are in the source.
        exec(compile("".join(source), f"<{self.object_type.name}>", "exec"), self.names)  # noqa: S102
        made: Build = self.names["build"]
        return made

    def _name(self, value: Any) -> str:
        name = f"_{len(self.names)}"
        self.names[name] = value
        return name

    def _line(self, answer: str, nodes: list[FieldNode]) -> str:
        name = nodes[0].name.value
        if name == "__typename":
            self._parts.append(f"{answer}:{name}")
            return f"    place[{answer!r}] = {self.object_type.name!r}\n"
        definition = self.object_type.fields.get(name)
        if definition is None:
            raise NotCovered
        stored: StoredField | None = definition.extensions.get("stored")
        if stored is None or self.head == "other":
            return self._computed(answer, nodes, definition)
        if self.head == "Item" and name in self.plan.shapes.tails.get(self.object_type.name, ()):
            self.needs_tail = True
        if stored.stores in PLAIN:
            self._parts.append(f"{answer}:{name}")
            return self._plain(answer, stored, definition)
        return self._pointing(answer, nodes, stored, definition)

    def _plain(self, answer: str, stored: StoredField, definition: GraphQLField) -> str:
        read = f"    v = document.get({stored.name!r})\n"
        if stored.stores is Stores.LOCALIZED:
            text = self._name(localized)
            read += f"    if type(v) is dict: v = v.get(locale) or {text}(v, locale=locale)\n"
        elif stored.stores is not Stores.VALUE:
            read += f"    if v is not None: v = {self._name(public_form)}(v, parent)\n"
        declared: Any = definition.type
        must_be = is_non_null_type(declared)
        inner: Any = declared.of_type if must_be else declared
        spoil = "run.spoil(place)" if must_be else "pass"
        if stored.is_list or not is_leaf_type(inner):
            empty = "v = []" if stored.is_list else spoil
            complete = self._name(completer(inner, None))
            given = f"        v = {complete}(v, place, run)\n"
            end = f"    if v is None: {empty}\n    else:\n{given}"
            return f"{read}{end}    place[{answer!r}] = v\n"
        test, leaf = is_as_it_is(inner), self._name(leaf_of(inner))
        otherwise = f"        if v is None: {spoil}\n        else: v = {leaf}(v)\n"
        if test is not None and "{names}" in test:
            test = test.format(names=self._name(frozenset(inner.values)))
        check = f"    if not ({test}):\n" if test else "    if True:\n"
        return f"{read}{check}{otherwise}    place[{answer!r}] = v\n"

    def _pointing(
        self, answer: str, nodes: list[FieldNode], stored: StoredField, definition: GraphQLField
    ) -> str:
        below = [node.selection_set for node in nodes if node.selection_set]
        direct = names_in(below, self.plan.operation.fragments)
        asked = stored_fields.Asked(
            answer=answer,
            stored=stored,
            selection=self._selection(definition, nodes),
            must_be=is_non_null_type(definition.type),
            tail=bool(direct & self.plan.shapes.tail_names),
        )
        if stored.stores is Stores.REFERENCE:
            make = stored_fields.references if stored.is_list else stored_fields.reference
            field = make(asked)
        elif stored.stores is Stores.PART:
            make_part = stored_fields.parts if stored.is_list else stored_fields.part
            field = make_part(asked, self.plan.presence)
        else:
            field = stored_fields.special(asked)
        self._parts.append(self._alone(asked))
        call = f"{self._name(field)}(parent, document, locale, place, run)"
        return f"    place[{answer!r}] = {call}\n"

    def _computed(self, answer: str, nodes: list[FieldNode], definition: GraphQLField) -> str:
        resolver = definition.extensions.get("computed") or definition.resolve
        if resolver is None:
            raise NotCovered
        named = get_named_type(definition.type)
        selection = self._selection(definition, nodes) if is_composite_type(named) else None
        complete = completer(definition.type, selection)
        call = Call(self.plan.operation, self.object_type, definition, nodes)
        self._parts.append(_alone(answer, call, resolver, selection))

        def field(parent: Any, place: dict[str, Json], run: Run) -> Json:
            value = call.resolve(resolver, parent, run)
            if type(value) is GeneratorType:
                return run.drive(value, place, answer, complete)
            return complete(value, place, run)

        return f"    place[{answer!r}] = {self._name(field)}(parent, place, run)\n"

    def _alone(self, asked: stored_fields.Asked) -> str | None:
        stored = asked.stored
        may_vanish = stored.stores is Stores.PART and self.plan.presence.judge(stored.target)
        if stored.stores is Stores.REFERENCE or may_vanish:
            return None
        below = asked.selection.selected_alone("Part")
        return None if below is None else f"{asked.answer}:{stored.name} {below}"

    def _selection(self, definition: GraphQLField, nodes: list[FieldNode]) -> Selection:
        return Selection(self.plan, get_named_type(definition.type), nodes)


def _alone(answer: str, call: Call, resolver: Any, selection: Selection | None) -> str | None:
    """Return what a computed field asks of the thing alone; None if that is not sure."""
    is_attribute = getattr(resolver, "func", None) is dict_or_attr_resolver
    if call.constant is None or not (
        is_attribute or getattr(resolver, "is_of_the_thing_alone", False)
    ):
        return None
    own = f"{answer}:{call.nodes[0].name.value} {sorted(call.constant.items())}"
    if selection is None:
        return own
    below = selection.selected_alone("other")
    return None if below is None else f"{own} {below}"
