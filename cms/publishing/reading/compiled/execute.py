"""Answer one operation by the functions made for it, or leave it to the reference."""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from threading import Lock
from typing import Any, Final

from django.db import InterfaceError, OperationalError
from graphql import (
    DirectiveNode,
    DocumentNode,
    FragmentDefinitionNode,
    OperationDefinitionNode,
    OperationType,
    VariableNode,
)
from graphql.execution.values import get_variable_values

from cms.publishing.reading.budget import BudgetSpent
from cms.publishing.reading.compiled.calls import OperationFacts
from cms.publishing.reading.compiled.run import NotCovered, Run
from cms.publishing.reading.compiled.selections import Plan
from cms.publishing.reading.context import ReadContext
from cms.publishing.reading.execute import Operation
from cms.publishing.reading.item_cache import ItemCache
from cms.publishing.reading.written import written
from cms.publishing.schema.public import public_schema

logger = logging.getLogger(__name__)

PLANS_MAX: Final = 512
# As the reference does.
ERRORS_MAX: Final = 5

Shape = tuple[Any, ...]


class _Root:
    """Be the object above the root fields."""


@dataclass(slots=True)
class _Known:
    """Hold what is known of one operation of a document, which it keeps alive.

    Shape: `facts` is None for what is never covered; `shaping` are the variables that directives read.
    """

    document: DocumentNode
    facts: OperationFacts | None
    shaping: tuple[str, ...]
    plans: OrderedDict[Shape, Plan]


_operations: OrderedDict[tuple[int, str | None], _Known] = OrderedDict()
_lock = Lock()
# Of one document: its variables that shape the answer are few, and each is true or false.
SHAPES_MAX: Final = 16


def execute_fast(
    operation: Operation,
    variables: dict[str, Any] | None,
    context: ReadContext,
    *,
    items: ItemCache | None = None,
) -> bytes | None:
    """Return the JSON `{"data": …}` of an operation, or None when the reference has to answer.

    Shape:  after None the context is as new.
    Raises: what Django raises when the database cannot be reached. BudgetSpent.
    """
    if context.overlay or context.asker is not None or context.source_ids:
        return None
    known = _known(operation)
    if known.facts is None:
        return None
    try:
        return _answer(known, known.facts, variables, context, items)
    except NotCovered:
        pass
    except (OperationalError, InterfaceError, BudgetSpent):
        raise
    except Exception as error:  # noqa: BLE001 - the reference says what it is
        logger.debug("the reference answers, because of %r", error)
    context.forget()
    return None


def _answer(
    known: _Known,
    facts: OperationFacts,
    variables: dict[str, Any] | None,
    context: ReadContext,
    items: ItemCache | None,
) -> bytes:
    schema, shapes = public_schema()
    context.tail_names = shapes.tail_names
    definitions = facts.node.variable_definitions
    values: Any = {}
    if definitions:
        values = get_variable_values(schema, definitions, variables or {}, ERRORS_MAX)
        if isinstance(values, list):
            raise NotCovered
    shape = tuple(values.get(name) for name in known.shaping)
    plan = known.plans.get(shape)
    if plan is None:
        plan = Plan(facts, shapes, values)
    if items is not None:
        context.use_items(items)
    book = plan.book_in(context.known) if context.known is not None else None
    run = Run(context, values, book=book)
    data = plan.root.build(_Root(), run)
    run.finish(data)
    answered = written({"data": data})
    _keep(known, shape, plan)
    return answered


def _keep(known: _Known, shape: Shape, plan: Plan) -> None:
    if shape not in known.plans:
        with _lock:
            known.plans[shape] = plan
            if len(known.plans) > SHAPES_MAX:
                known.plans.popitem(last=False)


def _known(operation: Operation) -> _Known:
    key = (id(operation.document), operation.name)
    found = _operations.get(key)
    if found is None or found.document is not operation.document:
        found = _look_at(operation)
        with _lock:
            _operations[key] = found
            if len(_operations) > PLANS_MAX:
                _operations.popitem(last=False)
    return found


def _look_at(operation: Operation) -> _Known:
    schema, _shapes = public_schema()
    found: list[OperationDefinitionNode] = []
    fragments: dict[str, FragmentDefinitionNode] = {}
    for node in operation.document.definitions:
        if isinstance(node, FragmentDefinitionNode):
            fragments[node.name.value] = node
        elif isinstance(node, OperationDefinitionNode):
            name = node.name.value if node.name else None
            if operation.name is None or name == operation.name:
                found.append(node)
    facts = None
    if len(found) == 1 and found[0].operation is OperationType.QUERY:
        facts = OperationFacts(schema, found[0], fragments)
    shaping = tuple(sorted(set(_shaping(operation.document))))
    return _Known(operation.document, facts, shaping, OrderedDict())


def _shaping(node: Any) -> Iterator[str]:
    """Yield the names of the variables that directives read."""
    for directive in getattr(node, "directives", None) or ():
        yield from _variables(directive)
    for below in ("definitions", "selections"):
        for inner in getattr(node, below, None) or ():
            yield from _shaping(inner)
    if getattr(node, "selection_set", None):
        yield from _shaping(node.selection_set)


def _variables(directive: DirectiveNode) -> Iterator[str]:
    for argument in directive.arguments:
        if isinstance(argument.value, VariableNode):
            yield argument.value.name.value
