"""Hold what one operation reads: the instant, the sites, an overlay, and everything loaded so far."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import DatabaseError, connections
from django.utils import timezone

from cms.publishing.reading import statements
from cms.publishing.reading.budget import Budget
from cms.publishing.reading.item_cache import CHANGES_MAX, MISSING, Changed, ItemCache, Missing
from cms.publishing.reading.items import Item
from cms.publishing.reading.known import Known, Seen
from cms.publishing.reading.loads import SHOWN, TABLE, Load
from cms.publishing.reading.served import ServedSite, served

if TYPE_CHECKING:
    from cms.publishing.reading.moments import Moment

SITES = """
SELECT (SELECT value FROM publishing_contentclock WHERE id = 1),
    (SELECT epoch FROM publishing_contentclock WHERE id = 1), head
FROM publishing_publisheditem WHERE kind = 'site' AND visible
"""
CLOCK = "SELECT value, epoch FROM publishing_contentclock WHERE id = 1"
CHANGES = f"""
SELECT c.value, c.epoch, i.key, i.translation_key FROM publishing_contentclock c
LEFT JOIN {TABLE} i ON i.seq > %s WHERE c.id = 1 LIMIT {CHANGES_MAX + 1}
"""
TAIL = f"SELECT i.tail, i.seq FROM {TABLE} i WHERE i.key = %s AND {SHOWN.format('i')}"
EARLIEST = dt.datetime(1, 1, 2, tzinfo=dt.UTC)
LATEST = dt.datetime(9999, 12, 30, tzinfo=dt.UTC)


def _hexadecimal(epoch: Any) -> str:
    return str(epoch).replace("-", "")


class UnknownSite(Exception):
    """Say that no public site has this key."""


class ReadContext:
    """Load things in batches and remember them for the length of one operation.

    Shape: `overlay` maps keys to the items of a preview, which lie over the table. `asker` is who
           asks, where a key says so (see `publishing.asker`). `budget` bounds what is spent, if given.
           `moment` is where the content clock stood when somebody read it at most a second ago: the
           answer may be as old as that. `seen` are things in the answer that were rendered before.
           `unsettled` counts what depends on more than things that are known: a load, a wait.
           `source_ids` answers fields called `id` with what is stored, the same in all languages: for
           mirrors.
    """

    def __init__(
        self,
        *,
        now: dt.datetime | None = None,
        overlay: dict[str, Item] | None = None,
        tail_names: frozenset[str] = frozenset(),
        asker: Any = None,
        budget: Budget | None = None,
        moment: Moment | None = None,
    ) -> None:
        self.is_now = now is None
        self.now = now or timezone.now()
        self.moment = moment
        self.items: ItemCache | None = None
        self.known: Known | None = None
        self.seen: set[Seen] = set()
        self.noted: list[Item | Seen] | None = None
        self.unsettled = 0
        self.statement_count = 0
        self.overlay = overlay or {}
        self.tail_names = tail_names
        self.asker = asker
        self.source_ids = False
        self.budget = budget
        self.things: dict[tuple[str, str], Item | None] = {}
        self.results: dict[Load, Any] = {}
        self.memo: dict[tuple[int, str, str, int], Any] = {}
        self.kept: list[Any] = []

    @property
    def connection(self) -> Any:
        """Return the connection of the delivery plane."""
        return connections[settings.DELIVERY_DATABASE_ALIAS]

    def query(self, statement: str, parameters: Sequence[Any]) -> list[tuple[Any, ...]]:
        """Run one statement on the delivery plane's tables.

        Raises: budget.BudgetSpent.
        """
        self.statement_count += 1
        if self.budget is None:
            return self._query(statement, parameters)
        watched = self.budget.begin(self.connection)
        try:
            return self._query(statement, parameters)
        except DatabaseError:
            self.budget.explain(watched)
            raise
        finally:
            self.budget.end(watched)

    def _query(self, statement: str, parameters: Sequence[Any]) -> list[tuple[Any, ...]]:
        return statements.run(self.connection, statement, parameters)

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
        items = self.items
        generation = items.generation if items is not None else 0
        kept = items.sites if items is not None else None
        if kept is not None:
            found: tuple[int, str, dict[str, ServedSite]] = kept
            return found
        rows = self.query(SITES, [])
        sites = {site.key: site for site in (served(head) for _clock, _epoch, head in rows)}
        clock, epoch = rows[0][:2] if rows else (0, "")
        found = clock, _hexadecimal(epoch), sites
        if items is not None and rows:
            items.put_sites(found, generation=generation)
        return found

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

    # The item cache

    @property
    def may_use_items(self) -> bool:
        """Say whether the process may answer from what it has read before.

        Inside of a transaction, in a preview and at another instant than now, what is read may be
        nobody else's.
        """
        return self.is_now and not self.overlay and not self.connection.in_atomic_block

    def use_items(self, items: ItemCache) -> None:
        """Answer from a cache too, which first becomes as true as the content clock."""
        moment = self.moment
        rows = [(moment.value, moment.epoch)] if moment else self.query(CLOCK, [])
        if rows:
            clock, epoch = rows[0]
            is_followed = items.follow(
                clock, _hexadecimal(epoch), is_fresh=moment is None, look=self._changes
            )
            self.items = items if is_followed else None
        if self.items is not None and moment is not None and moment.holds_at(self.now.timestamp()):
            self.known = items.known_in(moment)

    def _changes(self, after: int | None) -> tuple[int, str, Changed | None]:
        if after is None:
            ((clock, epoch),) = self.query(CLOCK, [])
            return clock, _hexadecimal(epoch), None
        rows = self.query(CHANGES, [after])
        changed = [(key, translation_key) for _clock, _epoch, key, translation_key in rows if key]
        clock, epoch = rows[0][:2]
        return clock, _hexadecimal(epoch), None if len(rows) > CHANGES_MAX else changed

    def recall(self, key: str, locale: str) -> Item | Missing | None:
        """Return a thing that is known already, None if it is hidden, else MISSING."""
        found: Item | Missing | None = self.things.get((key, locale), MISSING)
        if found is MISSING and self.items is not None:
            found = self.items.get((key, locale), now=self.now)
            if not isinstance(found, Missing):
                self.things[(key, locale)] = found
        return found

    def look(self, key: str, locale: str) -> Item | Missing | None:
        """Return a thing that is known already, as above, and note that an answer shows it."""
        found: Item | Missing | None = self.things.get((key, locale), MISSING)
        if found is MISSING:
            found = self.recall(key, locale)
        if self.noted is not None and isinstance(found, Item):
            self.noted.append(found)
        return found

    def note(self, load: Load) -> None:
        """Note that an answer shows what a load has found before."""
        found = self.results[load]
        if self.noted is not None and load.is_of_things:
            self.noted += found
        else:
            self.unsettled += 1

    def forget(self) -> None:
        """Go on as if nothing had been read yet, and without the cache."""
        self.items = self.known = self.noted = None
        self.seen.clear()
        self.things.clear()
        self.results.clear()
        self.memo.clear()
        self.kept.clear()
        self.__dict__.pop("_clock_and_sites", None)

    # Loading

    def thing(self, key: str | None, *, locale: str) -> Item | None:
        """Return a thing that was loaded, or load it now; None while it is hidden."""
        if key is None:
            return None
        if self.look(key, locale) is MISSING:
            from cms.publishing.reading.loads import Things

            self.load([Things((key,), locale=locale)])
        return self.things[(key, locale)]

    def load(self, loads: Iterable[Load]) -> None:
        """Run loads, one statement for all of a kind."""
        needed = dict.fromkeys(loads)
        self.unsettled += 1
        if self.items is not None and any(load.reads_the_present for load in needed):
            self.forget()
        waiting: dict[type[Load], list[Load]] = {}
        for load in needed:
            if load not in self.results:
                waiting.setdefault(type(load), []).append(load)
        for kind, members in waiting.items():
            self.results.update(kind.fetch(self, members))

    def need_tail(self, item: Item) -> bool:
        """Add the long half of a document, if it was read without it.

        Shape: whether both halves are of the same version; without a row it is empty.
        """
        if item.has_tail:
            return True
        rows = self.query(TAIL, [item.key, self.now_parameter])
        item.add_tail(rows[0][0] if rows else "")
        return bool(rows) and rows[0][1] == item.seq

    def laid_over(self, key: str, item: Item | None) -> Item | None:
        """Return the preview's version of a thing, if there is one."""
        return self.overlay.get(key, item)

    def previewed_translation(self, original: Item, *, locale: str) -> Item | None:
        """Return the preview's version of a page in another language, if there is one."""
        wanted = (original.translation_key, original.site, locale)
        laid = self.overlay.values()
        return next((i for i in laid if (i.translation_key, i.site, i.locale) == wanted), None)
