"""Keep the things that everybody refers to in process, exactly as long as they are true.

What is kept is true at the content clock that the cache stands at. Before it is used, an operation says
which clock it knows of, and when that one is later everything that changed in between is dropped: by
one statement, since changed rows have a higher number. See ADR 0036 for why this is exact while others
write.
"""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache as once
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings

from cms.publishing.reading.items import ANSWERS_BYTES, Answers, Item
from cms.publishing.reading.known import Known

if TYPE_CHECKING:
    from cms.publishing.reading.moments import Moment

# A thing as readers of a language see it.
Pair = tuple[str, str]
# What changed: the keys of rows and their groups of translations.
Changed = Sequence[tuple[str, str]]
# Returns the clock and the epoch with the changes after a clock; None for these is too many.
Look = Callable[[int | None], tuple[int, str, Changed | None]]

# After so many changes at once everything is dropped: looking at them would take longer.
CHANGES_MAX: Final = 2_000
# An item, its entry and its places in the cache; and one character of decoded JSON. Both measured.
ENTRY_BYTES: Final = 1_400
BYTES_PER_CHARACTER: Final = 4
# Of the bytes of the cache this share is for what is known in a moment.
KNOWN_SHARE: Final = 2


class Missing:
    """Be what is not in the cache; None is a thing that is known to be hidden."""


MISSING: Final = Missing()


@dataclass(slots=True)
class Entry:
    """Hold one thing, or None for a hidden one.

    Shape: `marks` are the keys and groups of translations whose change makes it untrue; `until` is when
           it ends by itself.
    """

    item: Item | None
    until: dt.datetime | None
    marks: tuple[str, ...]
    size_bytes: int
    is_used: bool = False


def entry_of(item: Item | None, *, until: dt.datetime | None, marks: Iterable[str]) -> Entry:
    """Return the entry of a thing, decoded and weighed."""
    characters = 0
    if item is not None:
        characters = item.characters
        item.decode()
        item.answers = Answers()
    size = ENTRY_BYTES + ANSWERS_BYTES + BYTES_PER_CHARACTER * characters
    return Entry(item, until, tuple(marks), size)


def group_mark(translation_key: str) -> str:
    """Return what marks the entries of a group of translations."""
    return f"group:{translation_key}"


@dataclass
class ItemCache:
    """Keep decoded things and the sites, for all threads of a process.

    Shape: `at` is the clock and the epoch at which everything in it is true; `generation` is another
           number after each move of it. Of what was not used since the last round the oldest goes first.
    """

    size_bytes: int
    at: tuple[int, str] = (-1, "")
    generation: int = 0
    sites: Any = None
    used_bytes: int = 0
    _entries: dict[Pair, Entry] = field(default_factory=dict)
    _marked: dict[str, set[Pair]] = field(default_factory=dict)
    _known: Known | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __len__(self) -> int:
        return len(self._entries)

    def kept(self) -> list[Item]:
        """Return the visible things in it."""
        return [entry.item for entry in list(self._entries.values()) if entry.item is not None]

    # Using

    def get(self, pair: Pair, *, now: dt.datetime) -> Item | Missing | None:
        """Return a thing, None if it is hidden, MISSING if that is not known."""
        entry = self._entries.get(pair)
        if entry is None or (entry.until is not None and entry.until <= now):
            return MISSING
        entry.is_used = True
        return entry.item

    def put(self, found: dict[Pair, Entry], *, generation: int) -> None:
        """Keep what was read in a generation; refused when the cache has moved since."""
        with self._lock:
            if generation != self.generation:
                return
            for pair, entry in found.items():
                self._drop(pair)
                if entry.size_bytes <= self._items_bytes:
                    self._keep(pair, entry)
            self._make_room()

    def put_sites(self, sites: Any, *, generation: int) -> None:
        """Keep the sites until anything changes."""
        with self._lock:
            if generation == self.generation:
                self.sites = sites

    def known_in(self, moment: Moment) -> Known | None:
        """Return what is known in a moment; None for one that is over, or of another clock."""
        known = self._known
        if known is not None and known.is_of(moment.number, self.generation):
            return known
        with self._lock:
            known = self._known
            if self.at != (moment.value, moment.epoch):
                return None
            if known is not None and known.number > moment.number:
                return None
            if known is None or not known.is_of(moment.number, self.generation):
                self._forget_known()
                known = self._known = Known(
                    number=moment.number,
                    generation=self.generation,
                    size_bytes=self.size_bytes // KNOWN_SHARE,
                )
            return known

    def _forget_known(self) -> None:
        if self._known is not None:
            self._known.close()

    # Following the clock

    def follow(self, clock: int, epoch: str, *, is_fresh: bool, look: Look) -> bool:
        """Become true at a clock, or at a later one, and say whether that went well.

        Shape: `look` reads the clock again, with what changed after the clock it is given.
               `is_fresh` says that the clock was read just now: one before ours means that it went back.
        """
        here = self.at
        if here == (clock, epoch) or (epoch == here[1] and clock < here[0] and not is_fresh):
            return True
        now, epoch, changed = look(here[0] if epoch == here[1] else None)
        with self._lock:
            if epoch == self.at[1] and here[0] <= self.at[0] and here[0] <= now:
                # Whoever else moved on meanwhile dropped what belongs to his part of the way.
                if now > self.at[0]:
                    self._move(now, epoch, changed)
            elif here == self.at:
                self._move(now, epoch, None)
            return epoch == self.at[1] and self.at[0] >= now

    def _move(self, clock: int, epoch: str, changed: Changed | None) -> None:
        self.generation += 1
        self._forget_known()
        self._forget(changed)
        self.at = (clock, epoch)

    def _forget(self, changed: Changed | None) -> None:
        self.sites = None
        if changed is None:
            self._entries.clear()
            self._marked.clear()
            self.used_bytes = 0
            return
        for key, translation_key in changed:
            for mark in (key, group_mark(translation_key)):
                for pair in tuple(self._marked.get(mark, ())):
                    self._drop(pair)

    # Room

    @property
    def _items_bytes(self) -> int:
        return self.size_bytes - self.size_bytes // KNOWN_SHARE

    def _keep(self, pair: Pair, entry: Entry) -> None:
        self._entries[pair] = entry
        self.used_bytes += entry.size_bytes
        for mark in entry.marks:
            self._marked.setdefault(mark, set()).add(pair)

    def _drop(self, pair: Pair) -> None:
        entry = self._entries.pop(pair, None)
        if entry is None:
            return
        self.used_bytes -= entry.size_bytes
        for mark in entry.marks:
            marked = self._marked.get(mark)
            if marked is not None:
                marked.discard(pair)
                if not marked:
                    del self._marked[mark]

    def _make_room(self) -> None:
        while self.used_bytes > self._items_bytes:
            pair = next(iter(self._entries))
            entry = self._entries[pair]
            if entry.is_used:
                entry.is_used = False
                del self._entries[pair]
                self._entries[pair] = entry
            else:
                self._drop(pair)


@once
def shared_items() -> ItemCache:
    """Return the cache of this process."""
    return ItemCache(size_bytes=settings.ITEM_CACHE_BYTES)
