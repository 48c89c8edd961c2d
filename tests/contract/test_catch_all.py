"""The catch-all query of a frontend, every field of every page type, validates and is answered."""

from typing import Any

import orjson
import pytest
from graphql import (
    get_named_type,
    is_abstract_type,
    is_composite_type,
    is_required_argument,
    parse,
    validate,
)
from graphql.validation.rules import overlapping_fields_can_be_merged

from cms.api.parse import prepare
from cms.api.schema import schema
from cms.publishing.models import PublishedItem
from cms.publishing.reading.compiled.execute import execute_fast
from cms.publishing.reading.context import ReadContext
from cms.publishing.reading.execute import Operation, answer
from home.models import ClusterPage
from tests.contract.whole_world import NOW, WholeWorld
from tests.page_factories import make_standard_page

# A composite field of a page is followed to what is below it, and no further.
DEPTH = 1


def _arguments(field: Any) -> str:
    needed = [name for name, argument in field.args.items() if is_required_argument(argument)]
    return "(preset: CARD)" if needed == ["preset"] else ""


def _selection(target: Any, *, depth: int) -> str:
    if is_abstract_type(target):
        members = schema().get_possible_types(target)
        inside = [f"... on {m.name} {_selection(m, depth=depth)}" for m in members]
        return f"{{ __typename {' '.join(inside)} }}"
    selected = ["__typename"]
    for name, field in target.fields.items():
        below = get_named_type(field.type)
        if not is_composite_type(below):
            selected.append(f"{name}{_arguments(field)}")
        elif depth:
            inner = _selection(below, depth=depth - 1)
            selected.append(f"{name}{_arguments(field)} {inner}")
    return f"{{ {' '.join(selected)} }}"


def catch_all(*, depth: int = DEPTH) -> str:
    """Return a query for a page at any address that selects all there is of every type of page."""
    page = _selection(_page(), depth=depth)
    return f"query Any($path: String!) {{ route(path: $path) {{ status page {page} }} }}"


def test_every_field_of_every_page_is_selected_without_aliases(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # It is larger than what our limits let through; with graphql-core's own bound it is compared whole.
    monkeypatch.setattr(overlapping_fields_can_be_merged, "MAX_COMPLEXITY_BUDGET", 500_000)

    assert validate(schema(), parse(catch_all())) == []


def test_every_plain_field_of_every_page_is_within_our_limits() -> None:
    assert "Any" in prepare(catch_all(depth=0)).operations


@pytest.mark.django_db
def test_a_page_of_every_type_is_answered_by_both_executors(whole_world: WholeWorld) -> None:
    make_standard_page(ClusterPage.objects.get(locale__language_code="en"), slug="standard")
    operation = Operation(parse(catch_all()), "Any")
    pages = PublishedItem.objects.filter(kind="page", visible=True, alias_of="", site="main")
    shown = pages.order_by("type", "path").values_list("type", "path")
    types = set()
    for type_name, path in shown:
        context = ReadContext(now=NOW)
        result = answer(operation, {"path": path}, context)

        assert result.errors is None, (path, result.errors)
        assert result.data is not None
        assert result.data["route"]["page"]["__typename"] == type_name
        fast = execute_fast(operation, {"path": path}, ReadContext(now=NOW))
        assert fast == orjson.dumps({"data": result.data}), path
        types.add(type_name)

    assert types == {member.name for member in schema().get_possible_types(_page())}


def _page() -> Any:
    return schema().type_map["Page"]
