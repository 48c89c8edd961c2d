"""A run on other services leaves out what uses none of them, and nothing else."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.core.cache import cache

from tests.databaseless import CacheUsed, apply_option, leave_out, refuse_cache, summary


def _names(items: list[pytest.Item]) -> list[str]:
    return [item.name for item in items]


def _item(*marks: str, fixtures: tuple[str, ...] = ()) -> Any:
    found = [SimpleNamespace(name=name) for name in marks]
    name = " ".join([*marks, *fixtures]) or "nothing"
    return SimpleNamespace(name=name, fixturenames=list(fixtures), iter_markers=lambda: found)


def test_only_what_can_use_no_service_is_left_out() -> None:
    items = [
        _item(),
        _item("parametrize", fixtures=("tmp_path",)),
        _item("django_db"),
        _item("postgres"),
        _item("services"),
        _item("skipif"),
        _item(fixtures=("db",)),
        _item(fixtures=("django_db_setup",)),
    ]

    left_out = leave_out(items)

    assert _names(left_out) == ["nothing", "parametrize tmp_path"]
    assert _names(items) == ["django_db", "postgres", "services", "skipif", "db", "django_db_setup"]


@pytest.mark.parametrize(
    ("asked", "left"), [(False, ["nothing", "services"]), (True, ["services"])]
)
def test_it_is_left_out_and_counted_where_that_is_asked_for(asked: bool, left: list[str]) -> None:
    items = [_item(), _item("services")]
    reported: list[Any] = []
    hook = SimpleNamespace(pytest_deselected=lambda items: reported.extend(items))
    config: Any = SimpleNamespace(getoption=lambda _: asked, hook=hook)

    apply_option(config, items)

    assert _names(items) == left
    assert len(reported) == int(asked)
    assert summary(config)[:22] == ("1 tests were left out:" if asked else "")


def test_a_test_that_uses_the_cache_is_not_databaseless(request: pytest.FixtureRequest) -> None:
    refuse_cache(request.node)
    cache.get("anything")

    with pytest.raises(CacheUsed):
        refuse_cache(request.node)

    request.node.add_marker("services")
    refuse_cache(request.node)
