"""Keep what statements found and what was rendered of things, for one moment of the content clock.

In one moment the same question has the same answer, and so has every part of it: which things are in a
list or at an address, and what is answered of one thing under one selection. Nothing in here is ever
invalidated: with the moment all of it is over.

Source: docs/adr/0050-known-in-a-moment.md.
"""

from __future__ import annotations

import threading
from collections.abc import Hashable, Iterable
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from cms.publishing.reading.items import Item

if TYPE_CHECKING:
    import orjson

# What an entry takes beside its JSON: its key, its place, its share of a book; each thing that was seen
# for it; and each row that names one. Measured.
ENTRY_BYTES: Final = 500
SEEN_BYTES: Final = 150
NAME_BYTES: Final = 250


class Seen(NamedTuple):
    """Name a thing that is shown in an answer, as its tags need it."""

    type: str
    site: str
    locale: str
    kind: str
    public_id: str


class Rendered(NamedTuple):
    """Hold what was answered of one thing, and every other thing that was looked at for it."""

    answer: orjson.Fragment
    seen: frozenset[Seen]


# A selection of the operation, and the thing as it is read: its key, its language, its version.
NodeKey = tuple[int, str, str, int]


class Book:
    """Hold what was rendered for one operation; it is closed when its moment is over."""

    __slots__ = ("is_open", "known", "nodes")

    def __init__(self, known: Known) -> None:
        self.known = known
        self.nodes: dict[NodeKey, Rendered] = {}
        self.is_open = True

    def keep(
        self, key: NodeKey, answer: orjson.Fragment, size: int, seen: Iterable[Item | Seen]
    ) -> None:
        """Keep what was rendered of a thing, and which things were seen for it."""
        marks = frozenset(
            Seen(item.type, item.site, item.locale, item.kind, item.public_id) for item in seen
        )
        if self.known.take(self, ENTRY_BYTES + size + SEEN_BYTES * len(marks)):
            self.nodes[key] = Rendered(answer, marks)


class Known:
    """Hold what is known in one moment, in a bounded number of bytes; when they are full it begins anew.

    Shape: `number` is that of the moment, `generation` that of the item cache. `names` has what a
           statement found, under what it asked for.
    """

    def __init__(self, *, number: int, generation: int, size_bytes: int) -> None:
        self.number, self.generation = number, generation
        self.size_bytes = self._left = size_bytes
        self.names: dict[Hashable, Any] = {}
        self._books: set[Book] = set()
        self._lock = threading.Lock()

    def is_of(self, number: int, generation: int) -> bool:
        """Say whether this is of a moment, and of the cache as it is now."""
        return number == self.number and generation == self.generation

    def keep_names(self, key: Hashable, found: Any, *, count: int) -> None:
        """Keep what a statement found: so many rows that only name things."""
        if self.take(None, ENTRY_BYTES + NAME_BYTES * count + len(repr(key))):
            self.names[key] = found

    def take(self, book: Book | None, size: int) -> bool:
        """Make room for something, and say whether there is any for it."""
        with self._lock:
            if size > self.size_bytes // 8 or (book is not None and not book.is_open):
                return False
            if size > self._left:
                self._begin_anew()
            self._left -= size
            if book is not None:
                self._books.add(book)
            return book is None or book.is_open

    def close(self) -> None:
        """Let go of everything, because the moment is over."""
        with self._lock:
            self._begin_anew()

    def _begin_anew(self) -> None:
        self.names.clear()
        for book in self._books:
            book.is_open = False
            book.nodes.clear()
        self._books.clear()
        self._left = self.size_bytes
