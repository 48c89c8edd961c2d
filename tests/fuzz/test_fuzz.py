"""Requests that nobody should send: each gets an answer that is ours, and tells nothing of us."""

import json
import os
import random
import re

import orjson
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.fuzz.documents import Writer, mutated
from tests.fuzz.exchange import Heard, exchange, request
from tests.fuzz.server import Server

pytestmark = pytest.mark.deep

# How many in all.
FUZZ_REQUESTS = int(os.environ.get("FUZZ_REQUESTS") or 1_000)
DOCUMENTS, BODIES, REQUESTS = (FUZZ_REQUESTS * share // 100 for share in (68, 16, 16))
INTERNALS = re.compile(
    rb"Traceback|File \"|site-packages|\.py\b|object has no attribute|Cannot resolve keyword"
    rb"|SELECT |publishing_|django|graphql\.|wagtail|grapple|graphene|sqlite|psycopg|granian\."
    rb"|<[a-z_.]+ object at|INTERNAL_SERVER_ERROR|Exception\b"
)


QUERY = "query($n: Int = 1, $f: NewsFilter) { news(first: $n, filter: $f) { totalCount } }"


def fuzzed(examples: int) -> settings:
    """Return how many requests of one kind are sent."""
    return settings(
        max_examples=examples,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )


def judge(heard: Heard, sent: bytes) -> None:
    """Refuse an answer of 5xx, and one that tells of the inside what was not sent to us."""
    assert heard.status < 500, (heard, sent)
    body = heard.content.partition(b"\r\n\r\n")[2]
    told = {bytes(found) for found in INTERNALS.findall(body) if found not in sent}
    assert not told, (told, heard, sent)


def variables() -> st.SearchStrategy[object]:
    """Return any JSON that may stand for variables."""
    leaves = st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.floats() | st.text()
    return st.recursive(leaves, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner))


def _encoded(value: object) -> bytes:
    return json.dumps(value).encode("utf-8", "surrogatepass")


@fuzzed(DOCUMENTS)
@given(seed=st.integers(0, 2**32), damage=st.booleans())
def test_documents(server: Server, seed: int, damage: bool) -> None:
    chance = random.Random(seed)
    text = Writer(chance).document()
    text = mutated(text, chance) if damage else text
    sent = request(orjson.dumps({"query": text}))

    heard = exchange(server, sent)

    judge(heard, sent)
    assert heard.status in {200, 400}


@fuzzed(BODIES)
@given(
    content=st.one_of(
        st.binary(max_size=300),
        st.builds(lambda value: orjson.dumps(value, default=str), variables()),
        st.fixed_dictionaries(
            {},
            optional={
                "query": st.just(QUERY) | st.text(),
                "variables": variables()
                | st.fixed_dictionaries({"n": variables(), "f": variables()}),
                "operationName": variables(),
                "extensions": variables() | st.fixed_dictionaries({"persistedQuery": variables()}),
                "documentId": variables(),
            },
        ).map(_encoded),
    )
)
def test_bodies(server: Server, content: bytes) -> None:
    sent = request(content)

    heard = exchange(server, sent)

    judge(heard, sent)
    assert 200 <= heard.status < 500


TOKENS = st.text("abcdefghijklmnopqrstuvwxyzABCXYZ-", min_size=1, max_size=20).map(str.encode)
NAMES = TOKENS | st.sampled_from(
    b"Accept Accept-Encoding Content-Type Content-Encoding If-None-Match Cookie Origin"
    b" X-Forwarded-For X-Forwarded-Proto Transfer-Encoding Content-Length Authorization Expect"
    b" Range Host Access-Control-Request-Headers".split()
)
BYTES = st.binary(max_size=60).map(lambda value: value.replace(b"\r", b"").replace(b"\n", b""))
KNOWN = [b"application/json; charset=utf-16", b"gzip, br;q=x", b"bytes=0-", b'W/"x", *', b"1" * 400]
VALUES = BYTES | st.sampled_from(
    [*KNOWN, b"*/*", b"chunked", b"-1", b"0", b"Bearer x", b"100-continue"]
)
TARGETS = st.sampled_from(
    b"/graphql /graphql?query={__typename} /graphql?query=%7B /graphql/schema.graphql"
    b" /graphql?variables=%ff /graphql?documentId=x //graphql /graphql/../admin *".split()
)


@fuzzed(REQUESTS)
@given(
    method=st.sampled_from([b"POST", b"GET", b"OPTIONS", b"HEAD", b"PUT", b"PATCH"]) | TOKENS,
    target=TARGETS
    | st.binary(max_size=40).map(lambda tail: b"/graphql?" + tail.replace(b" ", b"")),
    headers=st.lists(st.tuples(NAMES, VALUES), max_size=5).map(tuple),
    raw=st.none() | st.binary(max_size=200),
)
def test_requests(
    server: Server,
    method: bytes,
    target: bytes,
    headers: tuple[tuple[bytes, bytes], ...],
    raw: bytes | None,
) -> None:
    sent = raw if raw is not None else b""
    sent = sent or request(
        b'{"query":"{__typename}"}', method=method, target=target, headers=headers
    )

    # Headers may promise a body that never comes; then it is over when we say so.
    heard = exchange(server, sent, ends=True)

    judge(heard, sent)


def test_an_ordinary_request_is_answered_beside_them(server: Server) -> None:
    heard = exchange(server, request(b'{"query":"{ news { totalCount } }"}'))

    assert heard.status == 200
    assert b'"totalCount":' in heard.content
