"""Answer one operation from published rows; the reference implementation.

This is the seam: one function from operation, variables and context to an answer. Whatever executes
faster must give the same bytes.
"""

from dataclasses import dataclass
from typing import Any

from graphql import (
    DocumentNode,
    ExecutionResult,
    FieldNode,
    GraphQLError,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLResolveInfo,
    get_named_type,
    get_nullable_type,
    is_leaf_type,
)
from graphql.error import located_error
from graphql.execution.execute import ExecutionContext, get_field_def
from graphql.execution.values import get_argument_values
from graphql.pyutils import Path, Undefined

from cms.publishing.reading.context import ReadContext
from cms.publishing.reading.lookahead import LookAhead
from cms.publishing.schema.public import public_schema


@dataclass(frozen=True, slots=True)
class Operation:
    """Hold a validated document and which of its operations is meant."""

    document: DocumentNode
    name: str | None = None


@dataclass(slots=True)
class _Call:
    """Hold what is the same whenever one selected field is answered.

    Shape: `nodes` keeps the list alive by whose identity the call is found; `serialize` is given for
           scalars and enums.
    """

    nodes: list[FieldNode]
    return_type: GraphQLOutputType
    resolve: Any
    info: GraphQLResolveInfo
    arguments: dict[str, Any]
    serialize: Any


class _Execution(ExecutionContext):
    """Execute synchronously, and work out arguments once for all items of a list.

    The path inside a resolver's `info` is that of the first item; errors have the path of their own.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._calls: dict[int, _Call | None] = {}

    def execute_field(
        self,
        parent_type: GraphQLObjectType,
        source: Any,
        field_nodes: list[FieldNode],
        path: Path,
    ) -> Any:
        """Answer one field of one object, as graphql-core does."""
        if id(field_nodes) not in self._calls:
            # Nothing is gained for what is asked of one object only.
            self._calls[id(field_nodes)] = None
            return super().execute_field(parent_type, source, field_nodes, path)
        call = self._calls[id(field_nodes)] or self._prepare(parent_type, field_nodes, path)
        if call is None:
            return super().execute_field(parent_type, source, field_nodes, path)
        try:
            result = call.resolve(source, call.info, **call.arguments)
            if call.serialize is not None and result is not None:
                completed = call.serialize(result)
                if completed is not None and completed is not Undefined:
                    return completed
            return self.complete_value(call.return_type, field_nodes, call.info, path, result)
        except Exception as raw_error:  # noqa: BLE001 - any error becomes one of this field
            error = located_error(raw_error, field_nodes, path.as_list())
            self.handle_field_error(error, call.return_type, path)
            return None

    def complete_object_value(
        self,
        return_type: GraphQLObjectType,
        field_nodes: list[FieldNode],
        info: GraphQLResolveInfo,
        path: Path,
        result: Any,
    ) -> Any:
        """Answer one object as graphql-core does, while there is time."""
        budget = self.context_value.budget
        if budget is not None:
            budget.check()
        return super().complete_object_value(return_type, field_nodes, info, path, result)

    def _prepare(
        self, parent_type: GraphQLObjectType, nodes: list[FieldNode], path: Path
    ) -> _Call | None:
        """Return the call of a field; None for what graphql-core must judge itself."""
        definition: Any = get_field_def(self.schema, parent_type, nodes[0])
        if definition is None or definition.resolve is None:
            return None
        try:
            arguments = get_argument_values(definition, nodes[0], self.variable_values)
        except GraphQLError:
            return None
        named: Any = get_named_type(definition.type)
        is_single = get_nullable_type(definition.type) is named
        found = _Call(
            nodes,
            definition.type,
            definition.resolve,
            self.build_resolve_info(definition, nodes, parent_type, path),
            arguments,
            named.serialize if is_single and is_leaf_type(named) else None,
        )
        self._calls[id(nodes)] = found
        return found


def _never_awaitable(_value: Any) -> bool:
    return False


class _Root:
    """Be the object above the root fields."""


def answer(
    operation: Operation, variables: dict[str, Any] | None, context: ReadContext
) -> ExecutionResult:
    """Return the data and errors of an operation."""
    schema, shapes = public_schema()
    context.tail_names = shapes.tail_names
    root = _Root()
    execution = _Execution.build(
        schema,
        operation.document,
        root_value=root,
        context_value=context,
        raw_variable_values=variables,
        operation_name=operation.name,
        max_coercion_errors=5,
        hide_suggestions=True,
        is_awaitable=_never_awaitable,
    )
    if isinstance(execution, list):
        return ExecutionResult(data=None, errors=execution)
    LookAhead(execution, shapes=shapes).run(root)
    return _complete(execution, root)


def _complete(execution: ExecutionContext, root: Any) -> ExecutionResult:
    data: Any = None
    try:
        data = execution.execute_operation(execution.operation, root)
    except GraphQLError as error:
        execution.collected_errors.add(error, None)
    return execution.build_response(data, execution.collected_errors.errors)
