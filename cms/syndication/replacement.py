"""Find what took the place of a withdrawn page: another page at its address, or a redirect's target."""

from collections.abc import Generator
from typing import Any

from cms.publishing.reading.addresses import At, Found
from cms.publishing.reading.context import ReadContext
from cms.publishing.reading.items import Item
from cms.publishing.reading.loads import Things


def replacement(
    context: ReadContext, *, site: str, path: str
) -> Generator[Any, Any, dict[str, Any] | None]:
    """Return the id, address and path of what is found at an address now; None where there is nothing.

    Shape: a generator of loads, one level for the address and one for a redirect's target.
    """
    found: list[Found] = yield [At(site, path), At(site, path.rstrip("/") or "/")]
    items = [place.item for place in found if place.item is not None]
    page = next((item for item in items if item.kind == "page"), None)
    if page is not None:
        return _described(page, context)
    target = next((item.get("target") for item in items if item.kind == "redirect"), None)
    if not target:
        return None
    targets: list[Item] = yield Things((target,))
    return _described(targets[0], context) if targets else None


def _described(page: Item, context: ReadContext) -> dict[str, Any]:
    return {"source_id": page.public_id, "url": context.url(page), "path": page.path}
