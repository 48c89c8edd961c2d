"""Code that writes other fields into documents moves no clock; a change that comes with it does."""

from dataclasses import replace
from typing import Any

import orjson
import pytest

from cms.publishing import projections
from cms.publishing.models import Projection
from cms.publishing.projection import Projected, project
from cms.publishing.reconcile import sweep
from news.models import NewsPage
from tests.factories import make_term
from tests.page_factories import World, make_news
from tests.publishing.published import clock, document_of, row_of

Values = dict[str, Any]


def other_code(monkeypatch: pytest.MonkeyPatch, *, drop: str = "", **added: Any) -> None:
    """Let documents be written by code that adds fields, and drops one."""

    def projected(instance: Any) -> Projected:
        found = project(instance)
        head: Values = orjson.loads(found.head or "{}") | added
        head.pop(drop, None)
        return replace(found, head=orjson.dumps(head).decode())

    monkeypatch.setattr(projections, "project", projected)
    monkeypatch.setattr(projections, "schema_digest", lambda: "of other code")


def standing(page: Any) -> tuple[Any, ...]:
    row = row_of(page)
    assert row is not None
    return row.seq, row.version, row.change, row.changed_at


def test_an_added_and_a_dropped_field_are_written_without_a_change(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = make_news(world.news)
    at = clock()
    before = standing(page)
    other_code(monkeypatch, drop="title", mood={"name": "calm"})

    outcome = sweep()

    assert (outcome.count, clock()) == (0, at)
    assert standing(page) == before
    assert document_of(page)["mood"] == {"name": "calm"}
    assert "title" not in document_of(page)
    assert Projection.objects.get(key=f"page:{page.pk}").schema_digest == "of other code"
    assert sweep().count == 0


def test_a_value_that_other_code_writes_otherwise_is_a_change(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = make_news(world.news, title="As it was")
    other_code(monkeypatch, title="As other code says it")

    outcome = sweep()

    assert f"page:{page.pk}" in outcome.updated
    row = row_of(page)
    assert row is not None
    assert (row.version, row.change) == (2, "UPDATED")


def test_a_change_that_no_hook_named_is_not_taken_for_other_code(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = make_news(world.news, introduction="Before.")
    other = make_news(world.news)
    NewsPage.objects.filter(pk=page.pk).update(introduction="After.")
    other_code(monkeypatch, mood="calm")

    outcome = sweep()

    assert outcome.updated == [f"page:{page.pk}"]
    assert document_of(other)["mood"] == "calm"


def test_another_facet_of_the_same_name_is_a_change(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = make_news(world.news)
    page.topics.set([make_term(code="ONE")])
    page.save_revision().publish()
    page = NewsPage.objects.get(pk=page.pk)
    page.topics.through.objects.filter(newspage_id=page.pk).update(term=make_term(code="TWO"))
    other_code(monkeypatch, drop="topics")

    outcome = sweep()

    assert outcome.updated == [f"page:{page.pk}"]


def test_a_page_that_moves_meanwhile_is_a_change(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = make_news(world.news)
    NewsPage.objects.filter(pk=page.pk).update(url_path=page.url_path.replace("news-", "other-"))
    other_code(monkeypatch, mood="calm")

    outcome = sweep()

    assert outcome.updated == [f"page:{page.pk}"]
