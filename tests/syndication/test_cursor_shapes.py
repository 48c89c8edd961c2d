"""A cursor with a valid signature and another content is refused like any other that is not ours."""

import base64
import json
from typing import Any
from urllib.parse import quote

import pytest
from django.core import signing

from cms.syndication.cursor import SALT as SYNC
from cms.syndication.feeds.asked import SALT as FEED
from cms.syndication.oai.records import SALT as OAI
from tests.page_factories import World, make_news
from tests.syndication.asking import get, settle

pytestmark = pytest.mark.usefixtures("numbered")

HUGE = 10**30
SHAPES: list[Any] = [
    None,
    1,
    "text",
    [],
    {},
    {"a": 1, "b": 2, "c": 3},
    [1],
    [1, 2, 3],
    ["a", "b", "c"],
    [True, "", ""],
    [-1, "", ""],
    [HUGE, "", ""],
    [1.5, "", ""],
    [None, None, None],
    [[], {}, []],
    [1, ["x"], {}],
    [1, "", "", ""],
    ["news", "2026-03-01T00:00:00", "x"],
    ["news", "0001-01-01T00:00:00+14:00", "x"],
    ["news", "9999-12-31T23:59:59-14:00", "x"],
    ["news", "2026-03-01T00:00:00+00:00", 7],
    ["news", "2026-03-01T00:00:00+00:00", "a\0b"],
    ["news", 5, "x"],
    ["ListRecords", "metadataPrefix", 0, 0, ""],
    ["ListRecords", [], 0, 0, ""],
    ["ListRecords", {"from": 7}, 0, 0, ""],
    ["ListRecords", {"set": None}, 0, 0, ""],
    ["ListRecords", {"metadataPrefix": ["oai_dc"]}, 0, 0, ""],
    ["ListRecords", {"metadataPrefix": "oai_dc"}, "0", 0, ""],
    ["ListRecords", {"metadataPrefix": "oai_dc"}, HUGE, 0, ""],
    ["ListRecords", {"metadataPrefix": "oai_dc"}, 0, "0", ""],
    ["ListRecords", {"metadataPrefix": "oai_dc"}, 0, 0, 7],
    ["ListRecords", {"metadataPrefix": "oai_dc"}, 0, 0, "a\0b"],
]
# What is signed and cannot even be decoded.
BROKEN = ["", ".", ".AAAA", "AAAA", "W1t", "\u00e9", "W" * 9, "." + "A" * 40]

NEWS = '{ news(first: 1, after: "AFTER") { nodes { id } pageInfo { endCursor } } }'


def signed(salt: str) -> list[str]:
    """Return texts that hold each shape, each with a valid signature."""
    signer = signing.Signer(salt=salt)
    return [signer.sign_object(shape) for shape in SHAPES] + [signer.sign(text) for text in BROKEN]


def test_sync_refuses_a_cursor_of_another_shape(world: World) -> None:
    found = {text: get(f"/sync?after={quote(text)}").status for text in signed(SYNC)}

    assert set(found.values()) == {400}


def test_the_operation_changes_refuses_it_as_well(world: World) -> None:
    query = "query($a: String) { changes(after: $a) { cursor } }"
    addresses = [
        f"/graphql?query={quote(query)}&variables={quote(json.dumps({'a': text}))}"
        for text in signed(SYNC)
    ]

    codes = [
        json.loads(get(address).body)["errors"][0]["extensions"]["code"] for address in addresses
    ]

    assert set(codes) == {"BAD_USER_INPUT"}


@pytest.mark.parametrize("form", ["rss", "atom", "json"])
def test_a_feed_refuses_a_position_of_another_shape(world: World, form: str) -> None:
    make_news(world.news)
    settle()

    found = {text: get(f"/feeds/news.{form}?after={quote(text)}").status for text in signed(FEED)}

    assert set(found.values()) == {400}


def test_a_harvest_refuses_a_token_of_another_shape(world: World) -> None:
    tokens = [signing.dumps(shape, salt=OAI) for shape in SHAPES]
    tokens += [signing.TimestampSigner(salt=OAI).sign(text) for text in BROKEN]
    address = "/oai?verb=ListRecords&resumptionToken="

    told = [get(address + quote(token)) for token in tokens]

    assert {answer.status for answer in told} == {200}
    assert [answer.text for answer in told if 'code="bad' not in answer.text] == []


@pytest.mark.parametrize("value", SHAPES, ids=repr)
def test_a_list_refuses_a_cursor_of_another_shape(world: World, value: Any) -> None:
    raw = base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()

    answer = get(f"/graphql?query={quote(NEWS.replace('AFTER', raw))}")

    assert json.loads(answer.body)["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"


def test_a_list_refuses_a_cursor_with_a_nul(world: World) -> None:
    make_news(world.news)
    settle()
    from_the_start = NEWS.replace(', after: "AFTER"', "")
    first = get(f"/graphql?query={quote(from_the_start)}")
    whole = json.loads(first.body)["data"]["news"]["pageInfo"]["endCursor"]
    name, value, public_id = json.loads(base64.urlsafe_b64decode(whole + "=="))
    raw = json.dumps([name, value, f"{public_id}\0"]).encode()

    after = base64.urlsafe_b64encode(raw).decode()
    answer = get(f"/graphql?query={quote(NEWS.replace('AFTER', after))}")

    assert json.loads(answer.body)["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"
