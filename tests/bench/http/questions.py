"""Ask the four questions: 20 newest, one item by path, 30 projects, and a page far down the list."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import orjson

from tests.bench.http.requests import SALT, Sending, get, post, query_path

QUERIES = Path(__file__).with_name("queries")
TITLES = {
    "a": "20 newest with topics, author, picture",
    "b": "One item by path with its body, the path varying",
    "c": "30 projects with programmes and 6 partners each",
    "d": "Items 1,900–1,920 by cursor, with the total",
}
NAMES = tuple(TITLES)
PER_PAGE = 20
# More different ones than any reasonable number of kept answers would hide.
PATHS = 1_000
Variables = dict[str, object]


class WrongAnswer(Exception):
    """Say that a server did not answer a question as it should."""


@dataclass(frozen=True, slots=True)
class World:
    """Say what is asked of one server: how many news there are, and where the deep page begins."""

    news: int
    deep: int
    after: str | None = None

    def variables(self, name: str) -> list[Variables]:
        """Return the variables of a question, one set a request."""
        paths = range(min(PATHS, self.news))
        found: dict[str, list[Variables]] = {
            "b": [{"path": f"/news/news-{number}/"} for number in paths],
            "d": [{"after": self.after}],
        }
        return found.get(name, [{}])

    def grapple_variables(self, name: str) -> list[Variables]:
        """Return the variables with which plain grapple answers the same."""
        page = self.deep // PER_PAGE + 1
        return [{"page": page}] if name == "d" else self.variables(name)


def query(name: str, *, side: str = "ours") -> str:
    """Return the text of a question."""
    return (QUERIES / side / f"{name}.graphql").read_text(encoding="utf-8")


def cold(name: str, world: World, *, port: int) -> Sending:
    """Ask so that no whole answer was given before.

    Each request has a salt, a variable that is declared and used, but only in a field that
    `@include(if: $never)` leaves out: no kept answer can be taken, since the variables differ, while the
    document, its plan and the work to do are always the same.
    """
    salted = [{**values, "salt": SALT, "never": False} for values in world.variables(name)]
    return _sending(name, "ours", salted, port=port)


def cached(name: str, world: World, *, port: int) -> Sending:
    """Ask the same again and again."""
    same = [{**values, "salt": "", "never": False} for values in world.variables(name)]
    return _sending(name, "ours", same, port=port)


def of_grapple(name: str, world: World, *, port: int) -> Sending:
    """Ask plain grapple."""
    return _sending(name, "grapple", world.grapple_variables(name), port=port)


def by_get(name: str, world: World, *, port: int, headers: tuple[str, ...] = ()) -> Sending:
    """Ask by GET, as caches in front want it."""
    text = " ".join(query(name).split())
    paths = [
        query_path(text, {**values, "salt": "", "never": False}) for values in world.variables(name)
    ]
    return Sending(tuple(get(path, port=port, headers=headers) for path in paths))


def first_of(name: str) -> bytes:
    """Return a request that a server is asked while it starts."""
    return post("/graphql", {"query": query(name)}, port=0)


def answered(sending: Sending, *, port: int) -> tuple[int, dict[str, str], bytes]:
    """Send the first of some requests once; return status, headers and body."""
    head, _end, body = sending.requests[0].partition(b"\r\n\r\n")
    line, *rest = head.decode().split("\r\n")
    method, path = line.split(" ")[:2]
    headers = dict(entry.split(": ", 1) for entry in rest)
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request(method, path, body or None, headers)
        response = connection.getresponse()
        content = response.read()
        return response.status, {k.lower(): v for k, v in response.getheaders()}, content
    finally:
        connection.close()


def cursor_before(item: int, *, port: int) -> str | None:
    """Return the cursor after which the items from that position on begin."""
    text = "query ($first: Int!, $after: String) { news(first: $first, after: $after) {"
    text += " pageInfo { endCursor } } }"
    after: str | None = None
    while item > 0:
        step = min(100, item)
        item -= step
        body: Variables = {"query": text, "variables": {"first": step, "after": after}}
        asked = Sending((post("/graphql", body, port=port),))
        after = _data(answered(asked, port=port))["news"]["pageInfo"]["endCursor"]
    return after


def checked(sending: Sending, *, port: int, holds: Callable[[Any], int], count: int) -> Sending:
    """Return requests with the least size of their answers, after one was looked at.

    Raises: WrongAnswer when it does not hold what was asked for.
    """
    found = answered(sending, port=port)
    held = holds(_data(found))
    if held != count:
        raise WrongAnswer(f"{held} things in place of {count}: {found[2][:300]!r}")
    # Titles and texts differ in length; half of one answer is far more than any error has.
    return Sending(sending.requests, sending.status, len(found[2]) // 2)


def holds(name: str, *, side: str = "ours") -> Callable[[Any], int]:
    """Return what counts the things in an answer."""
    root = {
        "ours": {"a": "news", "b": "route", "c": "projects", "d": "news"},
        "grapple": {"a": "newsPages", "b": "newsPage", "c": "projectPages", "d": "newsItems"},
    }[side][name]

    def count(data: Any) -> int:
        found = data[root]
        if name == "b":
            found = found["page"] if side == "ours" else found
            return len(found["body"]) if found else 0
        if side == "grapple":
            return len(found["items"] if name == "d" else found)
        return len(found["nodes"])

    return count


def expected(name: str, *, projects: int = 30) -> int:
    """Return how many things a right answer holds: items, or the blocks of one."""
    return {"a": PER_PAGE, "b": 8, "c": projects, "d": PER_PAGE}[name]


def _sending(name: str, side: str, variables: list[Variables], *, port: int) -> Sending:
    text = query(name, side=side)
    bodies: list[Variables] = [{"query": text, "variables": values} for values in variables]
    return Sending(tuple(post("/graphql", body, port=port) for body in bodies))


def _data(found: tuple[int, dict[str, str], bytes]) -> Any:
    status, _headers, body = found
    content = orjson.loads(body) if body.startswith(b"{") else {"errors": body[:300].decode()}
    if status != 200 or "errors" in content:
        raise WrongAnswer(f"{status}: {json.dumps(content)[:500]}")
    return content["data"]
