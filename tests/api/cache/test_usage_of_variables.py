"""What variables name is counted however a request is answered: executed, from memory, at the door."""

from typing import Any

import pytest

from cms.api.usage.counting import COUNTING
from tests.api.cache.asking import Server
from tests.page_factories import World

pytestmark = pytest.mark.django_db
ASKED = "query Asked($f: NewsFilter) { news(filter: $f) { totalCount } }"


def test_each_request_counts_what_its_variables_name(server: Server, world: World) -> None:
    COUNTING.take()
    variables: dict[str, Any] = {"f": {"types": ["NEWS"], "topics": ["secret"]}}

    server.get(ASKED, variables, HTTP_GRAPHQL_CLIENT_NAME="site")
    # The same question, but not the same bytes; then the same bytes, from another client.
    server.get(ASKED, {**variables, "unknown": 1}, HTTP_GRAPHQL_CLIENT_NAME="site")
    server.get(ASKED, variables, HTTP_GRAPHQL_CLIENT_NAME="app")

    counted = COUNTING.take()
    named = {(use.client, name): count for (use, name), count in counted.named.items()}
    assert sum(cached for _requests, cached in counted.uses.values()) == 2
    assert named == {
        ("site", "NewsFilter.types"): 2,
        ("site", "NewsFilter.topics"): 2,
        ("site", "NewsType.NEWS"): 2,
        ("app", "NewsFilter.types"): 1,
        ("app", "NewsFilter.topics"): 1,
        ("app", "NewsType.NEWS"): 1,
    }
