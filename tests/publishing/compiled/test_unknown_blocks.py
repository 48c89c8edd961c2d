"""Stored blocks of a type that is not public any more are left out, as after an import or an upgrade."""

import orjson
import pytest
from graphql import parse

from cms.publishing.models import PublishedItem
from cms.publishing.reading.compiled.execute import execute_fast
from cms.publishing.reading.context import ReadContext
from cms.publishing.reading.execute import Operation, answer
from tests.page_factories import make_standard_page, make_world

pytestmark = pytest.mark.django_db
QUERY = """
{ route(path: "/old/") { page { ... on StandardPage {
  body { __typename id ... on HeadingBlock { text } }
} } } }
"""


def test_an_unknown_block_is_left_out_by_both_executors() -> None:
    heading = {"type": "heading", "value": {"text": "Still here", "level": "2"}, "id": "h"}
    make_standard_page(make_world().cluster, slug="old", body=orjson.dumps([heading]).decode())
    row = PublishedItem.objects.get(path="/old/")
    (block,) = orjson.loads(row.tail)["body"]
    unknown = {"__typename": "CarouselBlock", "id": "c", "slides": ["A slide"]}
    row.tail = orjson.dumps({"body": [unknown, block, unknown]}).decode()
    row.save()
    operation = Operation(parse(QUERY))

    result = answer(operation, None, ReadContext())

    assert not result.errors
    page = {
        "body": [{"__typename": "HeadingBlock", "id": f"{row.public_id}.h", "text": "Still here"}]
    }
    assert result.data == {"route": {"page": page}}
    fast = execute_fast(operation, None, ReadContext())
    assert fast == orjson.dumps({"data": result.data})
