"""Write a body that has every kind of block, several times over."""

import json
from typing import Any

TABLE = {
    "data": [["Year", "Members"], ["2025", None]],
    "first_row_is_table_header": True,
    "table_caption": "Growth",
}
RICH = (
    '<p>Read <a linktype="page" id="{0}">the project</a>, <a linktype="document" id="{1}">the '
    'paper</a> and <a href="https://example.org/">more</a>.</p><ul><li>One</li></ul>'
)


def every_block(images: list[Any], documents: list[Any], *, project: Any, event: Any) -> str:
    """Return the raw data of a body: every kind of block once for each image."""
    blocks = []
    for number, (image, document) in enumerate(zip(images, documents, strict=True)):
        picture = {"image": image.pk, "alt": f"Alt {number}", "is_decorative": False}
        values: dict[str, Any] = {
            "heading": {"text": "A heading", "level": "3"},
            "text": {"content": RICH.format(project.pk, document.pk)},
            "quote": {"quotation": "Well said.", "attribution": "Somebody"},
            "image": {**picture, "caption": "A caption"},
            "gallery": {"pictures": [_item({**picture, "caption": ""})]},
            "facts": {"facts": [_item({"label": "Members", "value": "286", "source": ""})]},
            "table": {"table": TABLE},
            "embed": {"address": "https://youtu.be/abc", "title": "A film"},
            "document": {"document": document.pk},
            "link": {"text": "The project", "page": project.pk, "address": ""},
            "call_to_action": {"text": "Go", "address": "https://example.org/", "style": "PRIMARY"},
            "project": {"project": project.pk},
            "event": {"event": event.pk},
        }
        blocks += [
            {"type": kind, "value": value, "id": f"{kind}-{number}"}
            for kind, value in values.items()
        ]
    return json.dumps(blocks)


def _item(value: dict[str, Any]) -> dict[str, Any]:
    return {"type": "item", "value": value}
