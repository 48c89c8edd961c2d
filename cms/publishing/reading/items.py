"""Hold published things and their parts while an operation is answered."""

import datetime as dt
from typing import Any

import orjson

# What is read of every row. `tail` is read only where a selection needs it.
COLUMNS = (
    "key",
    "kind",
    "type",
    "public_id",
    "site",
    "locale",
    "path",
    "translation_key",
    "alias_of",
    "title",
    "summary",
    "head",
    "sort_at",
    "starts_at",
    "ends_at",
    "seq",
)


# All answers that are kept of one thing have room in so many bytes, their bookkeeping included.
ANSWERS_BYTES = 2_048
ANSWER_BYTES = 200


class Answers(dict[str, orjson.Fragment]):
    """Keep what was answered of one thing alone, by what was selected of it."""

    def __init__(self) -> None:
        super().__init__()
        self._room = ANSWERS_BYTES

    def keep(self, selected: str, answer: bytes) -> orjson.Fragment:
        """Keep an answer, and return it as a part of a larger one; the room is made when it is full."""
        found = orjson.Fragment(answer)
        size = ANSWER_BYTES + len(answer)
        if size > self._room:
            self.clear()
            self._room = ANSWERS_BYTES
        if size <= self._room:
            self._room -= size
            self[selected] = found
        return found


class Item:
    """Be one visible published thing, read in one language.

    Shape: `locale` is the row's own, or for things without a language that of whoever refers to them;
           `seq` is another number after each change of the row.
           `alias_of` is the key of the page whose text an alias shows, else empty;
           `answers` is there for a thing that is kept: what was answered of it alone.
    """

    __slots__ = (
        "_document",
        "_head",
        "_tail",
        "alias_of",
        "answers",
        "ends_at",
        "key",
        "kind",
        "locale",
        "path",
        "public_id",
        "seq",
        "site",
        "sort_at",
        "starts_at",
        "summary",
        "title",
        "translation_key",
        "type",
    )

    def __init__(self, row: tuple[Any, ...], *, locale: str = "", tail: str | None = None) -> None:
        (
            self.key,
            self.kind,
            self.type,
            self.public_id,
            self.site,
            own_locale,
            self.path,
            self.translation_key,
            self.alias_of,
            self.title,
            self.summary,
            self._head,
            self.sort_at,
            self.starts_at,
            self.ends_at,
            self.seq,
        ) = row
        self.locale: str = own_locale or locale
        self._tail = tail
        self._document: dict[str, Any] | None = None
        self.answers: Answers | None = None

    @property
    def has_tail(self) -> bool:
        """Say whether the long half of the document was read too."""
        return self._tail is not None

    def with_locale(self, locale: str) -> "Item":
        """Return the same thing as seen from a page in another language."""
        copy: Item = object.__new__(Item)
        for name in Item.__slots__:
            setattr(copy, name, getattr(self, name))
        copy.locale = locale
        if locale != self.locale:
            copy.answers = None
        return copy

    def add_tail(self, tail: str) -> None:
        """Add the long half of the document, without changing the dictionary that others may hold."""
        self._tail = tail
        if self._document is not None and tail:
            self._document = {**self._document, **orjson.loads(tail)}

    @property
    def characters(self) -> int:
        """Return how long the texts of the row are."""
        texts = (self._head, self._tail, self.title, self.summary, self.path)
        return sum(len(text) for text in texts if text)

    def decode(self) -> None:
        """Decode the document now, and let go of its text."""
        self._document = self.document
        self._head = ""
        self._tail = None if self._tail is None else ""

    def copy(self) -> "Item":
        """Return another item with the same document."""
        return self.with_locale(self.locale)

    @property
    def document(self) -> dict[str, Any]:
        """Return the public fields read so far."""
        if self._document is None:
            self._document = orjson.loads(self._head) if self._head else {}
            if self._tail:
                self._document.update(orjson.loads(self._tail))
        return self._document

    def get(self, name: str) -> Any:
        """Return one stored field, or None."""
        return self.document.get(name)


class Part:
    """Be a piece of a document: an embedded object or a value of a special type."""

    __slots__ = ("owner", "value")

    def __init__(self, value: Any, owner: Item) -> None:
        self.value = value
        self.owner = owner

    @property
    def locale(self) -> str:
        """Return the language of the document this is part of."""
        return self.owner.locale

    def get(self, name: str) -> Any:
        """Return one stored field, or None."""
        return self.value.get(name)


def instant(value: Any) -> dt.datetime | None:
    """Return a column's instant with its zone; SQLite hands out UTC without saying so."""
    if value is None:
        return None
    moment = value if isinstance(value, dt.datetime) else dt.datetime.fromisoformat(value)
    return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)
