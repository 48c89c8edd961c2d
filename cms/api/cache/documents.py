"""Keep prepared documents by their hash; what was refused is not kept."""

from typing import Generic, TypeVar

from cms.api.cache.bounded import Bounded

Prepared = TypeVar("Prepared")

ENTRIES_MAX = 2_000
SIZE_BYTES = 48 * 1024 * 1024
# Estimated: what a parsed document takes for each of its characters.
BYTES_PER_CHARACTER = 200
ENTRY_BYTES = 4_000


class Documents(Generic[Prepared]):
    """Remember the documents used last, by the SHA-256 of their text."""

    def __init__(self, *, entries_max: int = ENTRIES_MAX, size_bytes: int = SIZE_BYTES) -> None:
        self._kept: Bounded[str, Prepared] = Bounded(size_bytes=size_bytes, entries_max=entries_max)

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, document_id: str) -> Prepared | None:
        """Return a prepared document, if it is known."""
        return self._kept.get(document_id)

    def keep(self, document_id: str, prepared: Prepared, *, text: str) -> None:
        """Remember a prepared document."""
        self._kept.put(document_id, prepared, size=ENTRY_BYTES + BYTES_PER_CHARACTER * len(text))

    def clear(self) -> None:
        """Forget all."""
        self._kept.clear()
