"""Answer an operation by both executors, which must agree."""

from typing import Any

import orjson
from graphql import parse, validate

from cms.api.schema import schema
from cms.publishing.reading.compiled.execute import execute_fast
from cms.publishing.reading.context import ReadContext
from cms.publishing.reading.execute import Operation, answer


def told_both_ways(text: str, **variables: Any) -> Any:
    """Return the data of an operation that both executors answer with equal bytes and no error."""
    document = parse(text)
    assert validate(schema(), document) == []
    operation = Operation(document)
    result = answer(operation, variables, ReadContext())
    assert not result.errors, result.errors
    expected = orjson.dumps({"data": result.data}, default=str)
    assert execute_fast(operation, variables, ReadContext()) == expected
    return orjson.loads(expected)["data"]
