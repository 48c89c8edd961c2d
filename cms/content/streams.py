"""Read StreamField values without loading what they point at."""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from wagtail.blocks import (
    Block,
    CharBlock,
    ListBlock,
    RichTextBlock,
    StreamBlock,
    StructBlock,
    TextBlock,
)
from wagtail.contrib.table_block.blocks import TableBlock
from wagtail.rich_text import get_text_for_indexing


class Place(NamedTuple):
    """One block inside a stream.

    Shape: `position` counts the blocks of the stream from 1; `raw` is the stored value, in which
           choosers are primary keys.
    """

    position: int
    block: Block
    raw: Any


def _always(_block: Block) -> bool:
    return True


def walk(stream: Any, *, enters: Callable[[Block], bool] = _always) -> Iterator[Place]:
    """Yield every block of a StreamField value, outside before inside, in reading order.

    Shape: with `enters`, the blocks for which it is false are left out with all that is in them.
    """
    if stream is None:
        return
    for position, child in enumerate(stream.raw_data, start=1):
        block = stream.stream_block.child_blocks.get(child["type"])
        if block is not None:
            yield from _descend(position, block, child["value"], enters)


def _descend(
    position: int, block: Block, raw: Any, enters: Callable[[Block], bool]
) -> Iterator[Place]:
    if not enters(block):
        return
    yield Place(position, block, raw)
    if isinstance(block, StructBlock):
        for name, child in block.child_blocks.items():
            yield from _descend(position, child, (raw or {}).get(name), enters)
    elif isinstance(block, ListBlock):
        for item in raw or []:
            yield from _descend(position, block.child_block, _unwrap(item), enters)
    elif isinstance(block, StreamBlock):
        for item in raw or []:
            child = block.child_blocks.get(item["type"])
            if child is not None:
                yield from _descend(position, child, item["value"], enters)


def _unwrap(item: Any) -> Any:
    # Items of a list are stored with an id since Wagtail 2.16, bare before.
    if isinstance(item, dict) and item.get("type") == "item" and "value" in item:
        return item["value"]
    return item


def _stays(block: Block) -> bool:
    return not getattr(block, "vanishes_with_its_picture", False)


def texts(stream: Any) -> Iterator[str]:
    """Yield the words a reader of the stream sees, as plain text, in reading order.

    Shape: without those that vanish with a hidden picture, or a search would find them all the same.
    """
    for place in walk(stream, enters=_stays):
        if not place.raw:
            continue
        if isinstance(place.block, RichTextBlock):
            yield get_text_for_indexing(str(place.raw))
        elif isinstance(place.block, CharBlock | TextBlock):
            yield str(place.raw)
        elif isinstance(place.block, TableBlock):
            yield from (str(cell) for row in place.raw.get("data") or [] for cell in row if cell)
