"""Read streams that were stored before their blocks changed, and keep what a draft holds.

The check is made where a stored stream becomes a value, so whoever reads it (projection, the edit form,
revisions, copies, translations, search) meets only blocks that have the shape their code expects.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from contextvars import ContextVar
from typing import Any

from django.core.exceptions import ValidationError
from wagtail import blocks
from wagtail.blocks.stream_block import StreamValue
from wagtail.contrib.table_block.blocks import TableBlock

from cms.content.lost_blocks import LostBlock

# What is stored as a text. A number is read as the text that it is written as.
TEXT_BLOCKS = (
    blocks.CharBlock,
    blocks.ChoiceBlock,
    blocks.EmailBlock,
    blocks.RawHTMLBlock,
    blocks.RichTextBlock,
    blocks.TextBlock,
    blocks.URLBlock,
)
# Not Wagtail's mark on the block, which all threads share: another one may be publishing.
_is_draft: ContextVar[bool] = ContextVar("stream_is_draft", default=False)


class _Unreadable(Exception):
    """The stored value does not have the shape of its block."""


class TolerantStreamBlock(blocks.StreamBlock):
    """Be a stream that loses single blocks where the stored ones no longer fit, never the page.

    Its values have the attribute `lost_blocks`.
    """

    def to_python(self, value: Any) -> StreamValue:
        """Return the value of a stored stream without the blocks that cannot be read."""
        if isinstance(value, str) and value:
            try:
                value = json.loads(value)
            except ValueError:
                return super().to_python(value)
        if isinstance(value, StreamValue) or not value:
            return super().to_python(value)
        is_list = isinstance(value, Iterable) and not isinstance(value, str | Mapping)
        stored = list(value) if is_list else [value]
        if _is_of_pairs(stored):
            return super().to_python(stored)
        lost: list[LostBlock] = []
        stream = super().to_python(list(_readable_items(self, stored, lost)))
        stream.lost_blocks = tuple(lost)
        return stream

    def clean_deferred(self, value: Any) -> StreamValue:
        """Return the value of a draft."""
        token = _is_draft.set(True)
        try:
            return super().clean_deferred(value)
        finally:
            _is_draft.reset(token)

    def clean(self, value: Any) -> StreamValue:
        """Return the checked value; a draft keeps a block that is refused as it was typed."""
        if not _is_draft.get():
            return super().clean(value)
        kept = []
        for child in value:
            try:
                cleaned = child.block.clean(child.value)
            except ValidationError:
                cleaned = child.value
            kept.append((child.block.name, cleaned, child.id))
        return StreamValue(self, kept)


def _is_of_pairs(items: list[Any]) -> bool:
    """Say whether a stream is given as code writes it: (type, value) or (type, value, id)."""
    return all(
        isinstance(item, StreamValue.StreamChild)
        or (isinstance(item, tuple | list) and len(item) in (2, 3))
        for item in items
    )


def _readable_items(
    stream: blocks.StreamBlock, items: Iterable[Any], lost: list[LostBlock]
) -> Iterator[dict[str, Any]]:
    for position, item in enumerate(items, start=1):
        name = item.get("type") if isinstance(item, Mapping) else None
        block = stream.child_blocks.get(name) if isinstance(name, str) else None
        if block is None:
            lost.append(LostBlock(position, str(name or "?"), is_known=False))
            continue
        label = str(block.label)
        parts: list[Any] = []
        try:
            value = _readable(block, item.get("value"), parts)
        except _Unreadable:
            lost.append(LostBlock(position, label))
            continue
        lost.extend(LostBlock(position, label, is_part=True) for _part in parts)
        yield {**item, "value": value, "id": _identity(item)}


def _identity(item: Mapping[str, Any]) -> str | None:
    identity = item.get("id")
    return identity if isinstance(identity, str) else None


def _readable(block: blocks.Block, raw: Any, parts: list[Any]) -> Any:
    """Return a stored value in the shape that its block expects, noting what is left out in `parts`.

    Raises: _Unreadable.
    """
    if isinstance(block, blocks.StructBlock):
        return _readable_struct(block, raw, parts)
    if isinstance(block, blocks.ListBlock):
        return list(_readable_entries(block, raw, parts))
    if isinstance(block, blocks.StreamBlock):
        lost: list[LostBlock] = []
        items = list(_readable_items(block, _list(raw), lost))
        parts.extend(lost)
        return items
    if isinstance(block, blocks.ChooserBlock):
        return _readable_key(raw)
    if isinstance(block, TEXT_BLOCKS):
        return _readable_text(raw)
    if isinstance(block, TableBlock):
        return _readable_table(raw)
    return _accepted(block, raw)


def _readable_struct(block: blocks.StructBlock, raw: Any, parts: list[Any]) -> dict[str, Any]:
    if not isinstance(raw, Mapping):
        raise _Unreadable
    # What the block no longer has stays stored: a later migration may want it.
    return {
        name: _readable(block.child_blocks[name], value, parts)
        if name in block.child_blocks
        else value
        for name, value in raw.items()
    }


def _readable_entries(block: blocks.ListBlock, raw: Any, parts: list[Any]) -> Iterator[Any]:
    for entry in _list(raw):
        # Entries are stored with an id since Wagtail 2.16, bare before.
        wrapped = isinstance(entry, Mapping) and entry.get("type") == "item" and "value" in entry
        try:
            value = _readable(block.child_block, entry["value"] if wrapped else entry, parts)
        except _Unreadable:
            parts.append(entry)
            continue
        yield {**entry, "value": value, "id": _identity(entry)} if wrapped else value


def _list(raw: Any) -> list[Any]:
    if raw is not None and not isinstance(raw, list):
        raise _Unreadable
    return raw or []


def _readable_key(raw: Any) -> int | None:
    if raw is None or raw == "":
        return None
    is_number = isinstance(raw, int) and not isinstance(raw, bool)
    if is_number or (isinstance(raw, str) and raw.isascii() and raw.isdigit() and len(raw) < 19):
        return int(raw)
    raise _Unreadable


def _readable_text(raw: Any) -> str | None:
    if raw is None or isinstance(raw, str):
        return raw
    if isinstance(raw, int | float) and not isinstance(raw, bool):
        return str(raw)
    raise _Unreadable


def _readable_table(raw: Any) -> Any:
    rows = raw.get("data") if isinstance(raw, Mapping) else raw
    if rows is not None and not (
        isinstance(rows, list) and all(isinstance(row, list) for row in rows)
    ):
        raise _Unreadable
    if raw is not None and not isinstance(raw, Mapping):
        raise _Unreadable
    return raw


def _accepted(block: blocks.Block, raw: Any) -> Any:
    """Return what a block of another kind reads without an error."""
    try:
        block.to_python(raw)
    except Exception as error:
        # Blocks are free to fail in any way on what they did not store.
        raise _Unreadable from error
    return raw
