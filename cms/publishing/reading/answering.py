"""Answer an operation in whichever way is fastest and can answer it.

What was compiled answers what it covers; everything else, and whatever goes wrong there, is asked again
of the reference, whose errors are the only ones that anybody is told.
"""

from typing import Any

from graphql import GraphQLError

from cms.publishing.reading.compiled.execute import execute_fast
from cms.publishing.reading.context import ReadContext
from cms.publishing.reading.execute import Operation, answer
from cms.publishing.reading.item_cache import shared_items
from cms.publishing.reading.written import written


def answer_bytes(
    operation: Operation, variables: dict[str, Any] | None, context: ReadContext
) -> tuple[bytes, list[GraphQLError]]:
    """Return the JSON `{"data": …}` of an operation, and its errors.

    Raises: what Django raises when the database cannot be reached.
    """
    items = shared_items() if context.may_use_items else None
    fast = execute_fast(operation, variables, context, items=items)
    if fast is not None:
        return fast, []
    result = answer(operation, variables, context)
    return written({"data": result.data}), list(result.errors or ())
