"""Nothing hidden comes out of what other systems read."""

import re
from collections.abc import Iterator

import orjson
import pytest
from django.test import Client

from tests.visibility.secret_world import SecretWorld

pytestmark = pytest.mark.django_db

FILTERS = (
    "",
    "locale=bg",
    "types=NewsPage,EventPage",
    "newsTypes=OPEN_CALL",
    "site=other",
    "types=Image,Document",
)


def sync_pages(client: Client, parameters: str) -> Iterator[str]:
    """Read the stream from the beginning to its end, in small pages."""
    cursor, has_more = "", True
    while has_more:
        response = client.get(f"/sync?first=20&{parameters}&after={cursor}".replace("&&", "&"))
        assert response.status_code == 200, response.content
        assert response.cookies == {}
        yield response.content.decode()
        page = orjson.loads(response.content)
        cursor, has_more = page["cursor"], page["hasMore"]


@pytest.mark.parametrize("parameters", FILTERS)
def test_the_stream_gives_nothing_away(
    secret_world: SecretWorld, client: Client, parameters: str
) -> None:
    pages = list(sync_pages(client, parameters))

    assert secret_world.say.leaks(" ".join(pages)) == []
    items = [item for page in pages for item in re.findall(r'"kind":"([A-Z]+)"', page)]
    assert items, "the stream was empty, which proves nothing"


def test_a_tombstone_says_nothing_of_what_was(secret_world: SecretWorld, client: Client) -> None:
    withdrawn = [
        node
        for page in sync_pages(client, "")
        for node in orjson.loads(page)["items"]
        if node["kind"] == "WITHDRAWN"
    ]

    assert withdrawn
    assert {node["item"] for node in withdrawn} == {None}
    named = {"id", "version", "type", "kind", "reason", "changedAt", "url", "locale"}
    assert {name for node in withdrawn for name in node} == named | {"replacement", "item"}
