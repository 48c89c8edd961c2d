"""Two fields with the same arguments may need different things of a list."""

import pytest
from graphql import parse

from cms.publishing.reading.compiled.execute import execute_fast
from cms.publishing.reading.context import ReadContext
from cms.publishing.reading.execute import Operation, answer
from tests.page_factories import make_project, make_world

pytestmark = pytest.mark.django_db
QUERY = """
{ projects(first: 1) { nodes {
  counted: news(first: 20) { totalCount }
  listed: news(first: 20) { nodes { id } }
} } }
"""


def test_a_list_that_is_counted_is_not_the_one_that_is_listed() -> None:
    make_project(make_world().projects)
    operation = Operation(parse(QUERY))

    result = answer(operation, None, ReadContext())

    assert not result.errors
    expected = (
        b'{"data":{"projects":{"nodes":[{"counted":{"totalCount":0},"listed":{"nodes":[]}}]}}}'
    )
    assert execute_fast(operation, None, ReadContext()) == expected
