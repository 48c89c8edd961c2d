"""Hold what one operation reads: the instant, the sites, an overlay, and everything loaded so far."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import orjson
from django.conf import settings
from django.db import connections
from django.utils import timezone

from cms.publishing.reading.items import Item
from cms.publishing.reading.loads import SHOWN, TABLE, Load

SITES = """
SELECT (SELECT value FROM publishing_contentclock WHERE id = 1),
    (SELECT epoch FROM publishing_contentclock WHERE id = 1), head
FROM publishing_publisheditem WHERE kind = 'site' AND visible
"""
TAIL = f"SELECT i.tail FROM {TABLE} i WHERE i.key = %s AND {SHOWN.format('i')}"
EARLIEST = dt.datetime(1, 1, 2, tzinfo=dt.UTC)
LATEST = dt.datetime(9999, 12, 30, tzinfo=dt.UTC)


@dataclass(frozen=True, slots=True)
class ServedSite:
    """Hold what answering needs to know of one site."""

    key: str
    base_url: str
    default_locale: str
    is_default: bool
    languages: frozenset[str]


def _without_nul(value: Any) -> Any:
    return value.replace("\x00", "\ufffd") if isinstance(value, str) else value


class UnknownSite(Exception):
    """Say that no public site has this key."""


class ReadContext:
    """Load things in batches and remember them for the length of one operation.

    Shape: `overlay` maps keys to the items of a preview, which lie over the table. `asker` is who
           asks, where a key says so (see `publishing.asker`).
    """

    def __init__(
        self,
        *,
        now: dt.datetime | None = None,
        overlay: dict[str, Item] | None = None,
        tail_names: frozenset[str] = frozenset(),
        asker: Any = None,
    ) -> None:
        self.now = now or timezone.now()
        self.overlay = overlay or {}
        self.tail_names = tail_names
        self.asker = asker
        self.things: dict[tuple[str, str], Item | None] = {}
        self.results: dict[Load, Any] = {}
        self.memo: dict[tuple[int, str, str, str], Any] = {}
        self.kept: list[Any] = []
        self.statements = 0

    @property
    def connection(self) -> Any:
        """Return the connection of the delivery plane."""
        return connections[settings.DELIVERY_DATABASE_ALIAS]

    def query(self, statement: str, parameters: Sequence[Any]) -> list[tuple[Any, ...]]:
        """Run one statement on the delivery plane's tables."""
        self.statements += 1
        with self.connection.cursor() as cursor:
            # PostgreSQL refuses NUL in texts, and no stored text has one.
            cursor.execute(statement, [_without_nul(value) for value in parameters])
            rows: list[tuple[Any, ...]] = cursor.fetchall()
            return rows

    def adapt(self, value: dt.datetime) -> Any:
        """Return an instant in the form that the database compares.

        Units: without a zone it is UTC. One so early or late that some zones cannot write it
               becomes the nearest that all can.
        """
        aware = value if value.tzinfo else value.replace(tzinfo=dt.UTC)
        bound = min(max(aware, EARLIEST), LATEST)
        return self.connection.ops.adapt_datetimefield_value(bound)

    @cached_property
    def now_parameter(self) -> Any:
        """Return this operation's instant in the form that the database compares."""
        return self.adapt(self.now)

    # Sites

    @cached_property
    def _clock_and_sites(self) -> tuple[int, str, dict[str, ServedSite]]:
        rows = self.query(SITES, [])
        sites = [orjson.loads(head) for _clock, _epoch, head in rows]
        served = {
            site["key"]: ServedSite(
                site["key"],
                site["baseUrl"],
                site["defaultLocale"],
                site["isDefault"],
                frozenset(site["languages"]),
            )
            for site in sites
        }
        clock, epoch = rows[0][:2] if rows else (0, "")
        return clock, str(epoch).replace("-", ""), served

    @property
    def clock(self) -> int:
        """Return the content clock as this operation found it."""
        return self._clock_and_sites[0]

    @property
    def epoch(self) -> str:
        """Return the epoch of that clock, which is another one after a restore."""
        return self._clock_and_sites[1]

    @property
    def sites(self) -> dict[str, ServedSite]:
        """Return the public sites by key."""
        return self._clock_and_sites[2]

    def site(self, key: str | None = None) -> ServedSite:
        """Return a site by its stable key; without one, the default site.

        Raises: UnknownSite.
        """
        if key is not None:
            found = self.sites.get(key)
        else:
            found = next((site for site in self.sites.values() if site.is_default), None)
        if found is None:
            raise UnknownSite(key or "no default site is public")
        return found

    def url(self, item: Item) -> str:
        """Return the absolute public address of a page."""
        site = self.sites.get(item.site)
        return (site.base_url if site else "") + item.path

    # Loading

    def thing(self, key: str | None, *, locale: str) -> Item | None:
        """Return a thing that was loaded, or load it now; None while it is hidden."""
        if key is None:
            return None
        if (key, locale) not in self.things:
            from cms.publishing.reading.loads import Things

            self.load([Things((key,), locale=locale)])
        return self.things[(key, locale)]

    def load(self, loads: Iterable[Load]) -> None:
        """Run loads, one statement for all of a kind."""
        waiting: dict[type[Load], list[Load]] = {}
        for load in dict.fromkeys(loads):
            if load not in self.results:
                waiting.setdefault(type(load), []).append(load)
        for kind, members in waiting.items():
            self.results.update(kind.fetch(self, members))

    def need_tail(self, item: Item) -> None:
        """Add the long half of a document, if it was read without it."""
        if not item.has_tail:
            rows = self.query(TAIL, [item.key, self.now_parameter])
            item.add_tail(rows[0][0] if rows else "")

    def laid_over(self, key: str, item: Item | None) -> Item | None:
        """Return the preview's version of a thing, if there is one."""
        return self.overlay.get(key, item)

    def previewed_translation(self, original: Item, *, locale: str) -> Item | None:
        """Return the preview's version of a page in another language, if there is one."""
        wanted = (original.translation_key, original.site, locale)
        laid = self.overlay.values()
        return next((i for i in laid if (i.translation_key, i.site, i.locale) == wanted), None)
