"""Every operation keeps to its number of statements, and needs no more of them for more content."""

from typing import Any

import pytest
import time_machine

from tests.contract.asking import TEXTS, Told, ask
from tests.contract.conftest import settle
from tests.contract.whole_world import NOW, make_whole_world

LIST_BUDGET, BUDGET = 3, 5

# Operations with the variables that ask for as much as there is, and what they cost exactly.
ASKED: dict[str, tuple[dict[str, Any], int]] = {
    "Changes": ({"first": 100}, 3),
    "ClusterProfile": ({}, 5),
    "Events": ({"first": 100}, 3),
    "NewsItem": ({"path": "/news/article/"}, 5),
    "NewsList": ({"first": 100}, 3),
    "OpenCalls": ({"first": 100}, 3),
    "Project": ({"path": "/projects/project-0/"}, 5),
    "Projects": ({"first": 100}, 3),
    "Search": ({"text": "is", "first": 100}, 3),
    "Shell": ({"path": "/news/article/"}, 4),
}
LISTS = {"Changes", "Events", "NewsList", "OpenCalls", "Projects", "Search"}


def test_the_costs_are_within_the_budgets() -> None:
    assert set(ASKED) == set(TEXTS)
    for name, (_variables, cost) in ASKED.items():
        assert cost <= (LIST_BUDGET if name in LISTS else BUDGET), name


@pytest.mark.django_db
@pytest.mark.parametrize("count", [1, 20, pytest.param(100, marks=pytest.mark.deep)])
def test_an_operation_costs_the_same_whatever_there_is(count: int) -> None:
    # Making 800 files takes longer than everything else, and no statement depends on them.
    with time_machine.travel(NOW, tick=False):
        make_whole_world(count, has_renditions=False)
    settle()

    told = {name: ask(name, **variables) for name, (variables, _cost) in ASKED.items()}

    assert {name: answer.content.get("errors") for name, answer in told.items()} == dict.fromkeys(
        ASKED
    )
    assert {name: len(answer.statements) for name, answer in told.items()} == {
        name: cost for name, (_variables, cost) in ASKED.items()
    }
    assert _sizes(told) == {
        "news": min(count + 1, 100),
        "projects": count,
        "events": count,
        "partners": 6 * count,
        "blocks": 13 * count,
        "topics": count,
        "documents": count,
        "programmes": count,
        "team": count,
        "sectors": count,
        "entries": count + 1,
        "below": count,
    }


def _sizes(told: dict[str, Told]) -> dict[str, int]:
    answered = {name: answer.content["data"] for name, answer in told.items()}
    article = answered["NewsItem"]["route"]["page"]
    project = answered["Project"]["route"]["page"]
    projects = answered["Projects"]["projects"]["nodes"]
    cluster = answered["ClusterProfile"]["cluster"]
    entries = answered["Shell"]["menu"]
    return {
        "news": len(answered["NewsList"]["news"]["nodes"]),
        "projects": len(projects),
        "events": len(answered["Events"]["events"]["nodes"]),
        "partners": sum(len(node["partners"]) for node in projects),
        "blocks": len(article["body"]),
        "topics": len(article["topics"]),
        "documents": len(project["documents"]),
        "programmes": len(project["programmes"]),
        "team": len(cluster["managementTeam"]),
        "sectors": len(cluster["sectors"]),
        "entries": len(entries),
        "below": len(entries[0]["children"]),
    }


@pytest.mark.usefixtures("whole_world")
def test_an_operation_only_reads() -> None:
    for name, (variables, _cost) in ASKED.items():
        statements = ask(name, **variables).statements

        assert [s for s in statements if not s.lstrip().startswith(("SELECT", "WITH"))] == [], name
