"""A key says who asks; it leaves things out and never shows more."""

import datetime as dt
import hashlib
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

import pytest
import time_machine
from django.db import DatabaseError, connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cms.api.front import Front
from cms.publishing.asker import AskerRefused
from cms.syndication import keys
from cms.syndication.keys import confirm_pull, make_key, narrow, narrowed, portal_of
from cms.syndication.models import Portal, PortalKey
from cms.syndication.stream import StreamFilter
from tests.page_factories import NOON

pytestmark = pytest.mark.django_db

GRAPHQL = "/graphql?query={__typename}"


def _portal(**fields: Any) -> Portal:
    return Portal.objects.create(**{"name": "ECCP", **fields})


def _request(authorization: str | None) -> Any:
    headers = {} if authorization is None else {"authorization": authorization}
    return RequestFactory().get("/sync", headers=headers)


@contextmanager
def _refused(status: int, words: str) -> Iterator[None]:
    with pytest.raises(AskerRefused, match=words) as caught:
        yield
    assert caught.value.status == status


def test_a_key_is_random_and_only_its_digest_is_stored() -> None:
    text, stored = make_key(_portal())
    other, _stored = make_key(_portal(name="Other"))

    kept = PortalKey.objects.filter(pk=stored.pk).values().get()
    assert text.startswith("ict_")
    assert len(text.removeprefix("ict_")) == 43
    assert text != other
    assert kept["digest"] == hashlib.sha256(text.encode()).hexdigest()
    assert text not in repr(kept)


def test_several_keys_of_a_portal_hold_at_once() -> None:
    portal = _portal()
    first, second = make_key(portal)[0], make_key(portal)[0]

    assert portal_of(_request(f"Bearer {first}")) == portal
    assert portal_of(_request(f"bearer {second}")) == portal


@pytest.mark.parametrize("authorization", [None, "Basic dXNlcjpwYXNz", 'Digest a="b"'])
def test_a_request_without_a_key_asks_the_database_nothing(authorization: str | None) -> None:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        found = portal_of(_request(authorization))

    assert (found, len(queries)) == (None, 0)


@pytest.mark.parametrize(
    "authorization",
    ["Bearer ict_", "Bearer ict_unknown", "Bearer other", "Bearer a,Bearer b"],
)
def test_a_key_that_is_not_known_is_refused(authorization: str) -> None:
    make_key(_portal())

    with _refused(401, "not known"):
        portal_of(_request(authorization))


MALFORMED = [
    "",
    " ",
    "Bearer",
    "Bearer ",
    "Bearer\tict_a",
    "Bearer: ict_a",
    "Bearer ict_ü",
    "Bearer \xff",
    "Bearer ict_\x00",
    "ict_without_a_scheme",
]


@pytest.mark.parametrize("authorization", MALFORMED)
def test_a_malformed_header_is_refused_without_a_query(authorization: str) -> None:
    with CaptureQueriesContext(connection) as queries, _refused(401, "malformed"):
        portal_of(_request(authorization))

    assert len(queries) == 0


@pytest.mark.parametrize("authorization", MALFORMED)
@pytest.mark.parametrize(
    "address", ["/sync", "/feeds/news.rss", "/calendar.ics", "/oai?verb=Identify", GRAPHQL]
)
def test_no_address_answers_a_malformed_header_as_anonymous(
    client: Client, address: str, authorization: str
) -> None:
    answer = client.get(address, headers={"authorization": authorization})

    assert answer.status_code == 401
    assert "KEY_REFUSED" in answer.content.decode()
    assert answer.headers["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("authorization", MALFORMED)
def test_the_front_leaves_a_malformed_header_to_django(authorization: str) -> None:
    request: Any = RequestFactory().get(GRAPHQL, headers={"authorization": authorization})
    asked_django: list[str] = []

    def django(_environ: Any, _start: Any) -> list[bytes]:
        asked_django.append("asked")
        return []

    Front(django)(request.environ, request)

    assert asked_django == ["asked"]


def test_a_revoked_key_is_refused_and_the_others_hold() -> None:
    portal = _portal()
    (first, stored), (second, _stored) = make_key(portal), make_key(portal)

    keys.revoke_key(stored, now=timezone.now())

    with _refused(401, "revoked"):
        portal_of(_request(f"Bearer {first}"))
    assert portal_of(_request(f"Bearer {second}")) == portal


def test_revoking_twice_keeps_the_first_instant() -> None:
    _text, stored = make_key(_portal())

    keys.revoke_key(stored, now=NOON)
    keys.revoke_key(stored, now=NOON + dt.timedelta(days=1))

    stored.refresh_from_db()
    assert stored.revoked_at == NOON


def test_the_keys_of_a_paused_portal_are_refused() -> None:
    text, _stored = make_key(_portal(is_active=False))

    with _refused(401, "paused"):
        portal_of(_request(f"Bearer {text}"))


def test_the_use_of_a_key_is_written_at_most_once_a_minute() -> None:
    text, stored = make_key(_portal())
    seen = []

    for seconds in (0, 59, 60):
        with time_machine.travel(NOON + dt.timedelta(seconds=seconds), tick=False):
            portal_of(_request(f"Bearer {text}"))
        stored.refresh_from_db()
        seen.append(stored.last_used_at)

    assert seen == [NOON, NOON, NOON + dt.timedelta(seconds=60)]


def test_a_request_is_answered_when_its_use_cannot_be_written(
    caplog: pytest.LogCaptureFixture,
) -> None:
    portal = _portal()
    text, _stored = make_key(portal)

    with (
        caplog.at_level(logging.WARNING),
        patch.object(PortalKey.objects, "filter", wraps=PortalKey.objects.filter) as rows,
    ):
        found = keys._key_for(text)
        assert found is not None
        rows.side_effect = DatabaseError("no space")
        keys._note_use(found, now=NOON)

    assert "the use of a key was not noted: DatabaseError" in caplog.text
    assert text not in caplog.text


# Narrowing


@pytest.mark.parametrize(
    ("asked", "allowed", "left"),
    [
        ((), (), ()),
        (("NewsPage",), (), ("NewsPage",)),
        ((), ("NewsPage", "EventPage"), ("NewsPage", "EventPage")),
        (("EventPage", "ProjectPage"), ("NewsPage", "EventPage"), ("EventPage",)),
    ],
)
def test_what_is_asked_for_is_cut_to_what_the_key_may_see(
    asked: tuple[str, ...], allowed: tuple[str, ...], left: tuple[str, ...]
) -> None:
    found = narrow(StreamFilter(types=asked), StreamFilter(types=allowed))

    assert found == StreamFilter(types=left)


@pytest.mark.parametrize("part", ["types", "news_types", "topics", "locales"])
def test_asking_only_for_what_the_key_may_not_see_is_refused(part: str) -> None:
    asked, allowed = StreamFilter(**{part: ("a",)}), StreamFilter(**{part: ("b", "c")})

    with pytest.raises(AskerRefused, match=f"This key may see b, c among `{part}`") as caught:
        narrow(asked, allowed)

    assert caught.value.status == 403


def test_every_part_of_a_portal_narrows_and_a_site_stays_asked_for() -> None:
    portal = _portal(
        types=["NewsPage"], news_types=["OPEN_CALL"], topics=["AI"], languages=["bg", "en"]
    )
    text, _stored = make_key(portal)

    found = narrowed(_request(f"Bearer {text}"), StreamFilter(locales=("bg",), sites=("main",)))

    wanted = StreamFilter(
        types=("NewsPage",),
        news_types=("OPEN_CALL",),
        topics=("AI",),
        locales=("bg",),
        sites=("main",),
    )
    assert found == (wanted, portal)


def test_without_a_key_nothing_is_cut() -> None:
    asked = StreamFilter(types=("NewsPage",))

    assert narrowed(_request(None), asked) == (asked, None)


def test_a_feed_that_a_key_may_not_read_is_refused() -> None:
    keys.refuse_feed(None, feed="rss")
    keys.refuse_feed(_portal(), feed="rss")

    with _refused(403, "atom, not rss"):
        keys.refuse_feed(_portal(name="Other", feeds=["atom"]), feed="rss")


# Pulling


def test_a_pull_counts_when_it_asks_for_all_the_portal_may_see() -> None:
    portal = _portal(types=["NewsPage", "EventPage"])

    whole = StreamFilter(types=("EventPage", "NewsPage"))
    confirm_pull(portal, position=7, asked=StreamFilter(types=("NewsPage",)), now=NOON)
    portal.refresh_from_db()
    partly = (portal.pulled_position, portal.pulled_at)
    confirm_pull(portal, position=7, asked=whole, now=NOON)
    confirm_pull(portal, position=3, asked=whole, now=NOON + dt.timedelta(hours=1))

    portal.refresh_from_db()
    assert partly == (0, None)
    assert (portal.pulled_position, portal.pulled_at) == (7, NOON + dt.timedelta(hours=1))


# Answering


def test_a_refusal_says_what_is_wrong_and_is_kept_by_nobody() -> None:
    response = keys.refusal(AskerRefused(401, code="KEY_REFUSED", message="This key was revoked."))

    assert response.status_code == 401
    assert response["WWW-Authenticate"] == 'Bearer realm="syndication", error="invalid_token"'
    assert response["Cache-Control"] == "private, no-store"
    assert response["Vary"] == "Authorization"
    assert b'"code": "KEY_REFUSED"' in response.content
