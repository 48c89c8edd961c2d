"""What variables name is counted as what the text of an operation names, and nothing else of them."""

from typing import Any

import pytest
from django.db import DatabaseError
from graphql import OperationDefinitionNode, build_schema, parse

from cms.api.models import FieldUsage
from cms.api.schema import schema
from cms.api.usage import counting as bounds
from cms.api.usage import variables as looking
from cms.api.usage import writing
from cms.api.usage.counting import OTHERS, Counting, Use
from cms.api.usage.variables import names_in
from cms.api.usage.writing import Writer
from tests.contract.asking import TEXTS
from tests.executed_lines import count_executed_lines

SMALL = build_schema(
    """
    type Query { things(by: [Order!], where: Filter, first: Int): Int }
    enum Order { NEWEST OLDEST }
    input Filter { topic: String since: String order: Order not: [Filter!] }
    """
)
ASKED = """query Things($by: [Order!]!, $where: Filter = {topic: "a"}, $first: Int) {
  things(by: $by, where: $where, first: $first) }"""
WANTED = """query Wanted($where: NewsFilter) {
  news(filter: $where, orderBy: OLDEST) { totalCount } }"""


def operation(text: str) -> OperationDefinitionNode:
    (node,) = parse(text).definitions
    assert isinstance(node, OperationDefinitionNode)
    return node


@pytest.mark.parametrize(
    ("variables", "names"),
    [
        (None, []),
        ({}, []),
        ({"by": None, "where": None, "first": 3}, []),
        ({"by": ["OLDEST", "OLDEST"]}, ["Order.OLDEST"]),
        ({"by": "NEWEST"}, ["Order.NEWEST"]),
        ({"where": {"topic": None}}, ["Filter.topic"]),
        (
            {"where": {"not": [{"not": {"since": "2026", "order": "OLDEST"}}]}},
            ["Filter.not", "Filter.order", "Filter.since", "Order.OLDEST"],
        ),
        # What a person typed, what is of another sort, and what the operation does not declare.
        ({"by": ["secret"], "where": {"topic": "NEWEST", "secret": "NEWEST"}}, ["Filter.topic"]),
        ({"by": [{"topic": 1}, 7, True, ["NEWEST"]], "where": ["x", {"order": 1}]},
         ["Filter.order", "Order.NEWEST"]),
        ({"order": "NEWEST", "first": "NEWEST"}, []),
    ],
)  # fmt: skip
def test_what_variables_name(variables: dict[str, Any] | None, names: list[str]) -> None:
    assert list(names_in(SMALL, operation(ASKED), variables)) == names


def deep(levels: int) -> dict[str, Any]:
    """Return a filter inside of so many others."""
    value: dict[str, Any] = {"topic": "at the bottom"}
    for _ in range(levels):
        value = {"not": value}
    return value


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({"where": deep(5_000)}, "Filter.not"),
        ({"by": ["NEWEST"] * 1_000_000}, "Order.NEWEST"),
        ({"where": {"not": [{}] * 1_000_000}}, "Filter.not"),
    ],
    ids=["deep", "wide", "wide inside"],
)
def test_so_many_values_are_looked_at_and_no_more(variables: dict[str, Any], expected: str) -> None:
    node, names = operation(ASKED), list[tuple[str, ...]]()

    lines = count_executed_lines(lambda: names.append(names_in(SMALL, node, variables)))

    assert names == [(expected,)]
    # So many for each of the values that are looked at.
    assert lines < 50 * looking.VALUES_MAX


def test_what_is_beyond_as_many_values_is_not_named(monkeypatch: pytest.MonkeyPatch) -> None:
    variables = {"where": deep(5_000)}

    assert names_in(SMALL, operation(ASKED), variables) == ("Filter.not",)
    monkeypatch.setattr(looking, "VALUES_MAX", 20_000)
    assert names_in(SMALL, operation(ASKED), variables) == ("Filter.not", "Filter.topic")


def test_every_registered_operation_can_be_looked_into() -> None:
    for text in TEXTS.values():
        node = parse(text).definitions[0]
        assert isinstance(node, OperationDefinitionNode)
        declared = {one.variable.name.value for one in node.variable_definitions}
        assert names_in(schema(), node, {name: {"nothing": 1} for name in declared}) == ()


def count(counting: Counting, *, names: tuple[str, ...], client: str = "site") -> None:
    asked: dict[str, Any] = {"document_id": "id", "operation": "Wanted", "client": client}
    counting.count(text=WANTED, **asked)
    counting.count_named(names, **asked)


def fields(client: str = "site") -> dict[str, int]:
    return dict(FieldUsage.objects.filter(client=client).values_list("coordinate", "requests"))


@pytest.mark.django_db
def test_what_variables_name_is_written_down_by_client() -> None:
    counting = Counting()
    count(counting, names=("NewsFilter.types", "NewsType.AWARD"))
    count(counting, names=("NewsFilter.types", "NewsType.NEWS"))
    # This is in the text as well, and is asked for once by each request.
    count(counting, names=("NewsOrder.OLDEST",), client="app")

    Writer(counting).write()

    found = fields()
    assert found["Query.news"] == found["NewsFilter.types"] == found["NewsOrder.OLDEST"] == 2
    assert found["NewsType.AWARD"] == found["NewsType.NEWS"] == 1
    assert fields("app")["NewsOrder.OLDEST"] == 1


@pytest.mark.django_db
def test_nothing_of_it_is_lost_between_two_writings(monkeypatch: pytest.MonkeyPatch) -> None:
    counting = Counting()
    writer = Writer(counting)
    count(counting, names=("NewsFilter.types",))
    with monkeypatch.context() as patch:
        patch.setattr(writing, "_insert", _fail)
        with pytest.raises(DatabaseError):
            writer.write()
    writer.write()
    counting.count_named(("NewsFilter.types",), document_id="id", operation="Wanted", client="site")
    writer.write()

    assert fields()["NewsFilter.types"] == 2


def _fail(*_arguments: Any) -> None:
    raise DatabaseError


def test_what_is_held_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounds, "NAMED_MAX", 3)
    monkeypatch.setattr(bounds, "UNREGISTERED_MAX", 5)
    counting = Counting()
    for number in range(10):
        for name in ("Order.NEWEST", "Order.OLDEST"):
            counting.count_named((name,), document_id=f"{number}", operation="", client="a\nb")

    named = counting.take().named

    assert sum(named.values()) == 20
    assert {use for use, _name in named} == {
        Use("0", "", OTHERS),
        Use("1", "", OTHERS),
        Use(OTHERS, "", OTHERS),
    }
    assert len(named) == 5


def test_nothing_is_counted_where_nothing_is_kept(settings: Any) -> None:
    settings.API_USAGE_DAYS = 0
    counting = Counting()

    count(counting, names=("NewsFilter.types",))

    assert not counting.take().named
