"""Answer what frontends really send, and the five questions that plain grapple can answer too."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson

from cms.api.pipeline import respond
from frontend_contract import operations as contract
from tests.bench.measure import Cost, cost

CONTRACT = Path(__file__).resolve().parents[2] / "frontend_contract"
QUERIES = Path(__file__).resolve().parent / "queries"
PER_PAGE = 20
# What must be the same in the answers of both sides.
COMPARED = ("title", "introduction", "acronym", "name", "code", "label", "role", "text", "anchor")

Variables = dict[str, Any]


class Unanswered(Exception):
    """Say that a question was not answered as it should be."""


def ask(query: str, variables: Variables) -> dict[str, Any]:
    """Return the data of an answer.

    Raises: Unanswered when there are errors in it.
    """
    answer = respond(orjson.dumps({"query": query, "variables": variables}))
    found = orjson.loads(answer.body)
    if answer.status != 200 or "errors" in found:
        raise Unanswered(str(found)[:500])
    return dict(found["data"])


def contract_costs(*, news: int, repeat: int) -> dict[str, Cost]:
    """Return what each operation of the contract costs; the paths that are asked for vary."""
    found = {}
    for operation in contract.read(CONTRACT):
        found[operation.name] = _cost(
            operation.text, varying_variables(operation.name, news=news), repeat=repeat
        )
    return found


def question(name: str, *, side: str) -> str:
    """Return the text of one of the five questions."""
    return (QUERIES / side / f"{name}.graphql").read_text(encoding="utf-8")


def question_variables(*, news: int, cursor: str | None) -> dict[str, Callable[[int], Variables]]:
    """Return our variables of each question."""
    return {
        "list": lambda _number: {},
        "item": lambda number: {"path": f"/news/news-{number % news}/"},
        "projects": lambda _number: {},
        "profile": lambda _number: {},
        "deep": lambda _number: {"after": cursor},
    }


def deep_page(news: int) -> int:
    """Return the number of the page, of 20 items each, that the deep question asks for."""
    return max(1, news // PER_PAGE - 4)


def question_costs(*, news: int, repeat: int) -> tuple[dict[str, Cost], dict[str, list[str]]]:
    """Return what our answers to the five questions cost, and what they say."""
    variables = question_variables(news=news, cursor=_cursor_before(deep_page(news)))
    costs, said = {}, {}
    for name, varying in variables.items():
        query = question(name, side="ours")
        costs[name] = _cost(query, varying, repeat=repeat)
        said[name] = essence(ask(query, varying(0)))
    return costs, said


def essence(data: Any) -> list[str]:
    """Return what an answer says, sorted, since each side has its own form and order of terms."""
    return sorted(_texts(data))


def _texts(data: Any) -> list[str]:
    if isinstance(data, list):
        return [text for item in data for text in _texts(item)]
    if not isinstance(data, dict):
        return []
    own = [str(data[name]) for name in COMPARED if isinstance(data.get(name), str)]
    return own + [text for name in sorted(data) for text in _texts(data[name])]


def _cost(query: str, varying: Callable[[int], Variables], *, repeat: int) -> Cost:
    ask(query, varying(0))

    def act(number: int) -> None:
        respond(orjson.dumps({"query": query, "variables": varying(number)}))

    return cost(act, repeat=repeat)


def varying_variables(name: str, *, news: int) -> Callable[[int], Variables]:
    """Return the variables of an operation of the contract by the number of the repetition."""
    found: dict[str, Callable[[int], Variables]] = {
        "NewsItem": lambda number: {"path": f"/news/news-{number % news}/"},
        "Project": lambda number: {"path": f"/projects/project-{number % 40}/"},
        "Projects": lambda _number: {"first": 30},
        "Search": lambda _number: {"text": "security"},
        "Shell": lambda _number: {"path": "/news/"},
    }
    return found.get(name, lambda _number: {})


def _cursor_before(page: int) -> str | None:
    """Return the cursor after which a page of the list of news begins."""
    query = "query ($first: Int, $after: String) { news(first: $first, after: $after)"
    query += " { pageInfo { endCursor } } }"
    cursor = None
    for _page in range(page - 1):
        data = ask(query, {"first": PER_PAGE, "after": cursor})
        cursor = data["news"]["pageInfo"]["endCursor"]
    return cursor
