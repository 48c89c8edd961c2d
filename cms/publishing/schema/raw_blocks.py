"""Hand stream field content to the generated resolvers without loading what it points at.

A chooser's value is a `Reference`, made from the stored number; nothing is looked up.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from wagtail import blocks

from cms.publishing import kinds
from cms.publishing.protocols import Reference


@dataclass(frozen=True, slots=True)
class BlockInstance:
    """Stand in for a StreamChild: the three attributes that generated resolvers read."""

    id: str
    block: blocks.Block
    value: Any


class RawStruct(Mapping[str, Any]):
    """Give the values of a struct block's children from its raw data."""

    def __init__(self, block: blocks.StructBlock, raw: Any) -> None:
        self.block = block
        self.raw: Mapping[str, Any] = raw if isinstance(raw, Mapping) else {}

    def __getitem__(self, name: str) -> Any:
        child = self.block.child_blocks[name]
        if name not in self.raw:
            default = child.get_default()
            return None if isinstance(child, blocks.ChooserBlock) else default
        return python_value(child, self.raw[name])

    def __iter__(self) -> Iterator[str]:
        return iter(self.block.child_blocks)

    def __len__(self) -> int:
        return len(self.block.child_blocks)


def python_value(block: blocks.Block, raw: Any) -> Any:
    """Return what resolvers see of one raw value."""
    if isinstance(block, blocks.ChooserBlock):
        return _reference(block, raw)
    if isinstance(block, blocks.StructBlock):
        return RawStruct(block, raw)
    if isinstance(block, blocks.ListBlock):
        return [python_value(block.child_block, item) for item in _items(raw)]
    if isinstance(block, blocks.StreamBlock):
        return list(instances(block, raw or []))
    return block.to_python(raw)


def _items(raw: Any) -> Iterator[Any]:
    for item in raw or []:
        wrapped = isinstance(item, Mapping) and item.get("type") == "item" and "value" in item
        yield item["value"] if wrapped else item


def _reference(block: Any, raw: Any) -> Reference | None:
    if raw is None or raw == "":
        return None
    model = getattr(block, "model_class", None) or block.target_model
    kind = kinds.kind_of(model)
    return Reference(kind, int(raw)) if kind else None


def instances(stream: blocks.StreamBlock, raw_items: Any) -> Iterator[BlockInstance]:
    """Yield the blocks of a stream; those of a type that no longer exists are left out."""
    for position, raw in enumerate(raw_items):
        block = stream.child_blocks.get(raw.get("type")) if isinstance(raw, Mapping) else None
        if block is not None:
            value = python_value(block, raw.get("value"))
            yield BlockInstance(raw.get("id") or _derived_id(position, raw), block, value)


def _derived_id(position: int, raw: Mapping[str, Any]) -> str:
    return hashlib.blake2b(f"{position}{raw!r}".encode(), digest_size=8).hexdigest()


def stream_instances(value: blocks.StreamValue) -> list[BlockInstance]:
    """Return the blocks of a page's stream field from its raw data."""
    return list(instances(value.stream_block, list(value.raw_data)))
