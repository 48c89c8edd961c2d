"""Nothing hidden is in a calendar, a sitemap or a record for harvesters, and reading writes nothing."""

import logging
import re
from collections.abc import Iterator
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cms.publishing.models import PublishedItem
from tests.visibility.secret_world import ELSEWHERE, SecretWorld
from tests.visibility.test_nothing_written import connected, files, rows
from tests.visibility.test_tables_read import PUBLISHED, SELDOM, tables

__all__ = ["connected"]

pytestmark = pytest.mark.django_db

LISTS = ("calendar.ics", "calls.ics", "sitemap.xml", "sitemap-news.xml")
VERBS = ("Identify", "ListSets", "ListMetadataFormats")


def oai(verb: str, **arguments: str) -> str:
    return f"/oai?{urlencode({'verb': verb, **arguments})}"


def addresses(world: SecretWorld) -> Iterator[str]:
    """Yield every address of ours, asked for all there is and for each hidden thing."""
    for name in LISTS:
        yield f"/{name}"
        yield f"/{name}?language=bg"
        yield f"/{name}?site=other"
        yield f"/{name}?site=other&language=bg"
        yield f"/{name}?site=secret"
    for verb in VERBS:
        yield oai(verb)
    for verb in ("ListRecords", "ListIdentifiers"):
        yield oai(verb, metadataPrefix="oai_dc")
        yield oai(verb, metadataPrefix="oai_dc", set="language:bg")
        yield oai(verb, metadataPrefix="oai_dc", **{"from": "2026-03-01"})
        yield oai(verb, resumptionToken="x")
    tombstones = PublishedItem.objects.exclude(visible=True).values_list("public_id", flat=True)
    for public_id in [*world.hidden_ids, *tombstones, world.whole.events[0].public_id]:
        yield f"/events/{public_id}.ics"
        yield oai("GetRecord", metadataPrefix="oai_dc", identifier=f"urn:ictcluster:{public_id}")
        yield f"/calendar.ics?project={public_id}"
        yield f"/calls.ics?topic={public_id}"


def unfolded(text: str) -> str:
    return re.sub(r"\r\n[ \t]", "", text)


def test_no_canary_is_heard(
    secret_world: SecretWorld, client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.INFO, logger="django.db.backends")
    heard: dict[str, str] = {}

    for address in addresses(secret_world):
        answer = client.get(address)
        assert answer.status_code in (200, 400, 404, 410), address
        heard[address] = f"{answer.headers}\n{unfolded(answer.content.decode())}"

    assert len(heard) > 100
    leaks = {address: secret_world.say.leaks(text) for address, text in heard.items()}
    assert {address: found for address, found in leaks.items() if found} == {}
    assert secret_world.say.leaks(caplog.text) == []
    # What is public is there, so the silence is not that of an empty answer.
    assert "Event 0" in heard["/calendar.ics"]
    assert "Deadline: News 0" in heard["/calls.ics"]
    assert "/news/article/" in heard["/sitemap.xml"]
    assert "The article" in heard[oai("ListRecords", metadataPrefix="oai_dc")]


def test_hidden_addresses_are_in_no_sitemap(secret_world: SecretWorld, client: Client) -> None:
    found = client.get("/sitemap.xml").content.decode()

    named = [path for path in secret_world.hidden_paths if f"example{path}<" in found]

    assert len(secret_world.hidden_paths) > 10
    assert named == []


def test_what_is_of_another_site_is_there_alone(secret_world: SecretWorld, client: Client) -> None:
    for name in LISTS:
        assert ELSEWHERE not in client.get(f"/{name}").content.decode()
    assert ELSEWHERE in client.get("/sitemap.xml?site=other").content.decode()


def test_only_published_tables_are_read_and_nothing_is_written(
    secret_world: SecretWorld, client: Client, connected: list[object]
) -> None:
    rows_before, files_before = rows(), files()

    with CaptureQueriesContext(connection) as captured:
        for address in list(addresses(secret_world))[:60]:
            client.get(address)
            client.head(address)
            client.post(address)

    assert tables(captured) | SELDOM == PUBLISHED
    assert {s["sql"].split()[0].upper() for s in captured} == {"SELECT", "WITH"}
    assert rows() == rows_before
    assert files() == files_before
    assert connected == []
