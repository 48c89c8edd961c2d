"""Hold a whole answer as it is kept: the body, and what it depends on."""

import zlib
from dataclasses import dataclass

import orjson

# Below this, packing costs more than it saves.
PACKED_FROM_BYTES = 1_024
# Estimated: an entry and its place.
ENTRY_BYTES = 600
PLAIN, PACKED = b"p", b"z"


class Damaged(Exception):
    """Say that what was stored cannot be read."""


@dataclass(frozen=True, slots=True)
class Kept:
    """Hold an answer without errors, as JSON, and its tags."""

    body: bytes
    tags: tuple[str, ...]

    @property
    def size_bytes(self) -> int:
        """Return about how much memory it takes."""
        return len(self.body) + sum(map(len, self.tags)) + 60 * len(self.tags) + ENTRY_BYTES


def pack(kept: Kept) -> bytes:
    """Return an answer as bytes for another process."""
    content = b"\n".join((orjson.dumps(kept.tags), kept.body))
    if len(content) < PACKED_FROM_BYTES:
        return PLAIN + content
    return PACKED + zlib.compress(content, level=1)


def unpack(stored: bytes) -> Kept:
    """Return the answer that another process has packed.

    Raises: Damaged.
    """
    try:
        content = stored[1:] if stored[:1] == PLAIN else zlib.decompress(stored[1:])
        tags, has_body, body = content.partition(b"\n")
        found = orjson.loads(tags)
    except (ValueError, zlib.error) as error:
        raise Damaged from error
    if not has_body or not isinstance(found, list):
        raise Damaged
    return Kept(body, tuple(map(str, found)))
