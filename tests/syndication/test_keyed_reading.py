"""A portal reads under its own name over /sync and GraphQL."""

from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cms.content.models import Term
from cms.content.models.vocabulary import TermScheme
from cms.syndication.keys import make_key
from cms.syndication.models import Portal, PortalKey
from tests.page_factories import World, make_event, make_news, translate

pytestmark = pytest.mark.usefixtures("numbered")

CHANGES = """
query Changes($after: String, $filter: ChangeFilter) {
  changes(after: $after, filter: $filter) { cursor hasMore nodes { type } }
}
"""


def _portal(**fields: Any) -> tuple[Portal, dict[str, str]]:
    portal = Portal.objects.create(**{"name": "ECCP", **fields})
    return portal, {"authorization": f"Bearer {make_key(portal)[0]}"}


def _graphql(client: Client, headers: dict[str, str], **variables: Any) -> Any:
    body = {"query": CHANGES, "variables": variables}
    return client.post("/graphql", body, content_type="application/json", headers=headers)


def _types(page: dict[str, Any]) -> list[str]:
    return sorted({item["type"] for item in page["items"]})


def test_a_key_narrows_the_stream_and_never_widens_it(world: World, client: Client) -> None:
    make_news(world.news)
    make_event(world.events)
    make_news(world.news, syndication_allowed=False)
    _, headers = _portal(types=["NewsPage", "EventPage"])

    keyed = client.get("/sync", headers=headers).json()
    part = client.get("/sync?types=EventPage,ClusterPage", headers=headers).json()
    everybody = client.get("/sync").json()

    assert _types(keyed) == ["EventPage", "NewsPage"]
    assert _types(part) == ["EventPage"]
    anonymous = [item for item in everybody["items"] if item["type"] in {"NewsPage", "EventPage"}]
    assert keyed["items"] == anonymous


def test_a_portal_of_two_languages_gets_both_and_no_third(world: World, client: Client) -> None:
    item = make_news(world.news)
    _, headers = _portal(types=["ClusterPage"], languages=["bg", "en"])
    _, english = _portal(name="English", types=["ClusterPage"], languages=["en"])

    both = client.get("/sync", headers=headers).json()["items"]
    one = client.get("/sync", headers=english).json()["items"]

    assert item.live is True
    assert sorted(node["locale"] for node in both) == ["BG", "EN"]
    assert [node["locale"] for node in one] == ["EN"]


def test_asking_only_for_what_the_key_may_not_see_is_403(world: World, client: Client) -> None:
    _, headers = _portal(types=["NewsPage"])

    response = client.get("/sync?types=EventPage", headers=headers)
    errors = _graphql(client, headers, filter={"types": ["EventPage"]}).json()["errors"]

    message = "This key may see NewsPage among `types`, and nothing else."
    assert response.status_code == 403
    assert response.json() == {"error": {"code": "OUTSIDE_SCOPE", "message": message}}
    assert [(e["message"], e["extensions"]) for e in errors] == [
        (message, {"code": "OUTSIDE_SCOPE"})
    ]


def test_a_key_that_does_not_hold_is_401_everywhere(world: World, client: Client) -> None:
    headers = {"authorization": "Bearer ict_unknown"}

    sync, graphql = client.get("/sync", headers=headers), _graphql(client, headers)

    assert (sync.status_code, graphql.status_code) == (401, 401)
    assert sync["WWW-Authenticate"].startswith("Bearer")
    assert graphql["WWW-Authenticate"].startswith("Bearer")
    assert sync.json()["error"]["code"] == "KEY_REFUSED"
    assert graphql.json()["errors"][0]["extensions"] == {"code": "KEY_REFUSED"}
    assert "data" not in graphql.json()


def test_keyed_answers_are_kept_by_nobody(world: World, client: Client) -> None:
    _, headers = _portal()

    sync, graphql = client.get("/sync", headers=headers), _graphql(client, headers)
    again = client.get("/sync", headers={**headers, "if-none-match": sync["ETag"]})
    everybody = client.get("/sync")

    for response in (sync, graphql, again):
        assert response["Cache-Control"] == "private, no-store"
        assert "Authorization" in response["Vary"]
    assert again.status_code == 304
    assert everybody["Cache-Control"] == "public, no-cache"
    assert everybody["Vary"] == "Authorization"


def test_whoever_has_no_key_reads_published_tables_alone(world: World, client: Client) -> None:
    make_news(world.news)

    with CaptureQueriesContext(connection) as queries:
        client.get("/sync")
        _graphql(client, {})

    said = " ".join(query["sql"] for query in queries)
    assert "syndication_" not in said
    assert not any(query["sql"].startswith(("INSERT", "UPDATE", "DELETE")) for query in queries)


def test_a_cursor_sent_back_confirms_what_came_before_it(world: World, client: Client) -> None:
    make_news(world.news)
    portal, headers = _portal(types=["NewsPage"])

    first = client.get("/sync", headers=headers).json()
    portal.refresh_from_db()
    before = portal.pulled_position
    client.get("/sync", {"after": first["cursor"]}, headers=headers)
    portal.refresh_from_db()
    after = portal.pulled_position
    make_news(world.news)
    second = _graphql(client, headers, after=first["cursor"]).json()["data"]["changes"]
    _graphql(client, headers, after=second["cursor"])

    portal.refresh_from_db()
    assert before == 0
    assert after > 0
    assert portal.pulled_position > after


def test_a_cursor_that_is_refused_confirms_nothing(world: World, client: Client) -> None:
    make_news(world.news)
    portal, headers = _portal(types=["NewsPage"])
    foreign = client.get("/sync").json()["cursor"]

    response = client.get("/sync", {"after": foreign}, headers=headers)

    portal.refresh_from_db()
    assert response.status_code == 410
    assert (portal.pulled_position, portal.pulled_at) == (0, None)


def test_keys_that_cannot_be_looked_up_are_503(
    world: World, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*args: Any, **kwargs: Any) -> None:
        raise OperationalError("gone")

    monkeypatch.setattr(PortalKey.objects, "select_related", fails)
    headers = {"authorization": "Bearer ict_some"}

    sync, graphql = client.get("/sync", headers=headers), _graphql(client, headers)

    assert [(r.status_code, r["Retry-After"]) for r in (sync, graphql)] == [(503, "5")] * 2


def test_cookies_play_no_part(world: World, client: Client) -> None:
    _, headers = _portal()
    client.cookies["sessionid"] = "anything"

    response = client.get("/sync", headers=headers)

    assert response.cookies == {}
    assert "Cookie" not in response["Vary"]


def test_translations_follow_the_scope(world: World, client: Client) -> None:
    translate(world.news)
    _, headers = _portal(types=["NewsIndexPage"], languages=["bg"])

    found = client.get("/sync", headers=headers).json()["items"]

    assert [node["locale"] for node in found] == ["BG"]


# Feeds, calendars, harvests

FEED_ADDRESSES = {
    "rss": "/feeds/news.rss",
    "atom": "/feeds/news.atom",
    "json": "/feeds/news.json",
    "ics": "/calendar.ics",
    "oai": "/oai?verb=Identify",
}


def _titles(client: Client, address: str, headers: dict[str, str]) -> list[str]:
    items = client.get(address, headers=headers).json()["items"]
    return sorted(item["title"] for item in items)


def _topic(code: str) -> Term:
    fields = {"scheme": TermScheme.NEWS_TOPIC, "code": code, "label_en": code.title()}
    return Term.objects.create(**fields)


def test_a_key_narrows_a_feed_by_type_and_topic_of_news(world: World, client: Client) -> None:
    health, space = _topic("HEALTH"), _topic("SPACE")
    make_news(world.news, title="Call", types=["OPEN_CALL"])
    for title, topic in (("Health", health), ("Space", space)):
        item = make_news(world.news, title=title)
        item.topics.add(topic)
        item.save()
    _, calls = _portal(news_types=["OPEN_CALL"])
    _, on_health = _portal(name="Health", topics=["HEALTH"])

    address = "/feeds/news.json"

    assert _titles(client, address, {}) == ["Call", "Health", "Space"]
    assert _titles(client, address, calls) == ["Call"]
    assert _titles(client, address, on_health) == ["Health"]
    assert _titles(client, address, {}) == ["Call", "Health", "Space"]


def test_a_feed_outside_the_scope_of_a_key_is_403(world: World, client: Client) -> None:
    _, headers = _portal(types=["EventPage"])
    _, bulgarian = _portal(name="Bulgarian", languages=["bg"])

    found = [
        client.get("/feeds/news.rss", headers=headers),
        client.get("/feeds/news.atom", headers=bulgarian),
        client.get("/calendar.ics", headers=bulgarian),
    ]

    assert [response.status_code for response in found] == [403, 403, 403]


@pytest.mark.parametrize("feed", FEED_ADDRESSES)
def test_a_key_reads_only_the_feeds_it_may(world: World, client: Client, feed: str) -> None:
    others = [name for name in FEED_ADDRESSES if name != feed]
    _, headers = _portal(feeds=others)
    _, allowed = _portal(name="Allowed", feeds=[feed])

    refused = client.get(FEED_ADDRESSES[feed], headers=headers)
    read = client.get(FEED_ADDRESSES[feed], headers=allowed)

    assert (refused.status_code, read.status_code) == (403, 200)
    assert feed in refused.content.decode()
    assert read["Cache-Control"] == "private, no-store"
    assert "Authorization" in read["Vary"]


@pytest.mark.parametrize("address", [*FEED_ADDRESSES.values(), "/sitemap.xml"])
def test_a_key_that_does_not_hold_is_401_at_every_feed(
    world: World, client: Client, address: str
) -> None:
    response = client.get(address, headers={"authorization": "Bearer ict_unknown"})

    assert response.status_code == 401
    assert response["WWW-Authenticate"].startswith("Bearer")
    assert response["Cache-Control"] == "private, no-store"


def test_a_key_narrows_the_calendar(world: World, client: Client) -> None:
    event = make_event(world.events)
    _, events = _portal(types=["EventPage"])
    _, calls = _portal(name="Calls", news_types=["OPEN_CALL"])

    seen = client.get("/calendar.ics", headers=events).content.decode()
    unseen = client.get("/calendar.ics", headers=calls).content.decode()
    alone = f"/events/{event.public_id}.ics"

    assert (seen.count("BEGIN:VEVENT"), unseen.count("BEGIN:VEVENT")) == (1, 0)
    assert client.get(alone, headers=events).status_code == 200
    assert client.get(alone, headers=calls).status_code == 404
    event.unpublish()
    assert client.get(alone, headers=events).status_code == 410


def test_a_key_of_a_part_is_told_to_harvest_elsewhere(world: World, client: Client) -> None:
    _, headers = _portal(types=["NewsPage"])

    response = client.get("/oai?verb=Identify", headers=headers)

    assert response.status_code == 403
    assert "/sync" in response.content.decode()


def test_a_portal_whose_scope_was_changed_starts_again(world: World, client: Client) -> None:
    make_news(world.news)
    portal, headers = _portal(types=["NewsPage"])
    cursor = client.get("/sync", headers=headers).json()["cursor"]
    portal.types = ["NewsPage", "EventPage"]
    portal.save()

    answer = client.get("/sync", {"after": cursor}, headers=headers)

    assert (answer.status_code, answer.json()["error"]["code"]) == (410, "CURSOR_TOO_OLD")
    assert "what your key may see was changed" in answer.json()["error"]["message"]
