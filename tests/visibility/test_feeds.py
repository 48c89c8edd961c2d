"""Nothing hidden is in a feed, in any format and however narrowed; reading one writes nothing."""

import logging
from collections.abc import Iterator

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cms.publishing.models import PublishedItem
from tests.visibility.secret_world import ELSEWHERE, SecretWorld
from tests.visibility.test_nothing_written import connected, files, rows
from tests.visibility.test_tables_read import PUBLISHED, tables

__all__ = ["connected"]

pytestmark = pytest.mark.django_db

FORMS = ("rss", "atom", "json")
QUERIES = {
    "news": ("type=NEWS,ACHIEVEMENT", "status=OPEN,CLOSED", "after=x", "topic=SECRET"),
    "calls": ("status=UNKNOWN,UPCOMING",),
    "events": ("status=SCHEDULED,CANCELLED",),
    "projects": ("status=RUNNING,COMPLETED,PLANNED,UNKNOWN",),
}
PLACES = ("", "language=bg", "site=other", "site=other&language=bg", "site=secret")


def addresses(world: SecretWorld) -> Iterator[str]:
    """Yield every feed, narrowed in every way, and by the id of each hidden thing."""
    for form in FORMS:
        for subject, queries in QUERIES.items():
            for query in (*PLACES, *queries):
                yield f"/feeds/{subject}.{form}?{query}".rstrip("?")
    tombstones = PublishedItem.objects.exclude(visible=True).values_list("public_id", flat=True)
    for public_id in [*world.hidden_ids, *tombstones]:
        for form in FORMS:
            yield f"/feeds/news.{form}?project={public_id}"
        yield f"/feeds/calls.atom?topic={public_id}"


def test_no_canary_is_heard(
    secret_world: SecretWorld, client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.INFO, logger="django.db.backends")
    heard: dict[str, str] = {}

    for address in addresses(secret_world):
        answer = client.get(address)
        assert answer.status_code in (200, 400), address
        heard[address] = f"{answer.headers}\n{answer.content.decode()}"

    assert len(heard) > 100
    leaks = {address: secret_world.say.leaks(text) for address, text in heard.items()}
    assert {address: found for address, found in leaks.items() if found} == {}
    assert secret_world.say.leaks(caplog.text) == []
    # What is public is there, so the silence is not that of an empty answer.
    for form in FORMS:
        assert "The article" in heard[f"/feeds/news.{form}"]
        assert "Event 0" in heard[f"/feeds/events.{form}"]
        assert ELSEWHERE not in heard[f"/feeds/news.{form}"]
    assert "at:deleted-entry" in heard["/feeds/news.atom"]


def test_only_published_tables_are_read_and_nothing_is_written(
    secret_world: SecretWorld, client: Client, connected: list[object]
) -> None:
    rows_before, files_before = rows(), files()

    with CaptureQueriesContext(connection) as captured:
        for address in list(addresses(secret_world))[:60]:
            client.get(address)
            client.head(address)
            client.post(address)

    assert tables(captured) <= PUBLISHED
    assert {s["sql"].split()[0].upper() for s in captured} <= {"SELECT", "WITH"}
    assert rows() == rows_before
    assert files() == files_before
    assert connected == []
