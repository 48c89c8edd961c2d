"""Invariants 4, 6 and 7: readers write nothing, nothing is stale, a publish is whole or absent."""

from pathlib import Path
from typing import Any

import orjson
import pytest
import time_machine
from django.conf import settings as django_settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from wagtail.models import Page

from cms.publishing import comparison
from cms.publishing.models import Projection, PublishedItem
from home.models import StandardPage
from tests.contract.asking import TEXTS
from tests.contract.test_budgets import ASKED
from tests.contract.whole_world import NOW, make_whole_world
from tests.page_factories import World, make_standard_page
from tests.publishing.published import clock, document_of, everything


def files() -> set[Path]:
    return {path for path in Path(django_settings.MEDIA_ROOT).rglob("*") if path.is_file()}


def is_write(statement: str) -> bool:
    return statement.split(maxsplit=1)[0].upper() in {"INSERT", "UPDATE", "DELETE", "CREATE"}


@pytest.mark.django_db
def test_an_anonymous_request_writes_nothing(client: Client) -> None:
    with time_machine.travel(NOW, tick=False):
        make_whole_world(1)
        rows, before, stored = everything(), clock(), files()
        image = PublishedItem.objects.filter(kind="image").first()
        assert image is not None

        with CaptureQueriesContext(connection) as queries:
            for name, (variables, _cost) in ASKED.items():
                body = orjson.dumps({"query": TEXTS[name], "variables": variables})
                client.post("/graphql", body, content_type="application/json")
            client.get(f"/files/{image.public_id}/0/nothing.webp")
            client.get("/documents/1/nothing.pdf")

    assert [query["sql"] for query in queries if is_write(query["sql"])] == []
    assert (everything(), clock(), files()) == (rows, before, stored)


def test_what_is_committed_is_read_at_once(world: World, client: Client) -> None:
    page = make_standard_page(world.cluster, title="Before")

    page.title = "After"
    page.save_revision().publish()

    assert document_of(page)["title"] == "After"


@pytest.mark.parametrize("stage", ["write_shown", "_next_boundary", "digest_of"])
def test_a_publish_that_breaks_off_leaves_page_row_and_clock_as_they_were(
    world: World, monkeypatch: pytest.MonkeyPatch, stage: str
) -> None:
    page = make_standard_page(world.cluster, title="Before")
    rows, projections, before = everything(), list(Projection.objects.values()), clock()

    def break_off(*args: Any, **kwargs: Any) -> Any:
        raise RuntimeError(stage)

    monkeypatch.setattr(comparison, stage, break_off)
    page.title = "After"
    with pytest.raises(RuntimeError):
        page.save_revision().publish()

    assert StandardPage.objects.get(pk=page.pk).title == "Before"
    assert Page.objects.get(pk=page.pk).live_revision_id is None
    assert (everything(), list(Projection.objects.values()), clock()) == (rows, projections, before)
