"""Read feeds as their readers do: over HTTP, by what the formats say and nothing else."""

import calendar
import datetime as dt
from dataclasses import dataclass
from typing import Any

import feedparser  # type: ignore[import-untyped]
import orjson
from django.test import Client

from tests.publishing.published import number_changes_now

XML = ("rss", "atom")
FORMS = (*XML, "json")
SUBJECTS = ("news", "calls", "events", "projects")


@dataclass(frozen=True)
class Read:
    """Hold what one reader understood of one entry."""

    id: str
    title: str
    published: dt.datetime
    updated: dt.datetime
    url: str
    canonical_url: str
    licence: str | None


def get(address: str, **headers: str) -> Any:
    """Return the answer to a request for `/feeds/{address}`."""
    number_changes_now()
    return Client().get(f"/feeds/{address}", headers=headers)


def parsed(address: str) -> Any:
    """Return what feedparser makes of a feed; anything but a sound one fails."""
    answer = get(address)
    assert answer.status_code == 200, answer.content
    assert answer.content.startswith(b"<?xml ")
    headers = {name.lower(): value for name, value in answer.headers.items()}
    found = feedparser.parse(answer.content, response_headers=headers)
    assert not found.bozo, found.bozo_exception
    return found


def document(address: str) -> Any:
    """Return a JSON Feed."""
    answer = get(address)
    assert answer.status_code == 200, answer.content
    return orjson.loads(answer.content)


def split(address: str) -> tuple[str, str]:
    """Return the form and the whole address of `news.rss?topic=X`."""
    return address.split("?", maxsplit=1)[0].rsplit(".", maxsplit=1)[-1], address


def ids(address: str) -> list[str]:
    """Return the ids of a feed's entries, in its order."""
    if split(address)[0] == "json":
        return [item["id"] for item in document(address)["items"]]
    return [entry.id for entry in parsed(address).entries]


def titles(address: str) -> list[str]:
    """Return the titles of a feed's entries, in its order."""
    if split(address)[0] == "json":
        return [item["title"] for item in document(address)["items"]]
    return [entry.title for entry in parsed(address).entries]


def next_address(address: str) -> str | None:
    """Return where a feed goes on, in the form that the functions here take."""
    if split(address)[0] == "json":
        following = document(address).get("next_url")
    else:
        links = parsed(address).feed.links
        following = next((link.href for link in links if link.rel == "next"), None)
    return following.partition("/feeds/")[2] if following else None


def reads(address: str) -> list[Read]:
    """Return what a reader of the feed's format understands of its entries."""
    if split(address)[0] == "json":
        return [_of_json(item) for item in document(address)["items"]]
    return [_of_xml(entry) for entry in parsed(address).entries]


def _of_json(item: Any) -> Read:
    return Read(
        id=item["id"],
        title=item["title"],
        published=dt.datetime.fromisoformat(item["date_published"]),
        updated=dt.datetime.fromisoformat(item["date_modified"]),
        url=item["url"],
        canonical_url=item["_ict"]["canonical_url"],
        licence=item["_ict"]["licence"],
    )


def _of_xml(entry: Any) -> Read:
    canonical = [link.href for link in entry.links if link.rel == "canonical"]
    return Read(
        id=entry.id,
        title=entry.title,
        published=_instant(entry.published_parsed),
        updated=_instant(entry.updated_parsed),
        url=entry.link,
        canonical_url=canonical[0],
        licence=entry.get("rights"),
    )


def _instant(moment: Any) -> dt.datetime:
    return dt.datetime.fromtimestamp(calendar.timegm(moment), tz=dt.UTC)
