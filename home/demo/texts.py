"""Turn texts of the data files into rich text and blocks.

A paragraph is plain words; `[words](page:projects/give)` links them to a page of the demo.
"""

import json
import re
from collections.abc import Callable
from typing import Any

from django.utils.html import escape

from home.demo import lookup
from home.demo.files import Table, identity

_LINK = re.compile(r"\[([^\]]+)\]\(page:([^)]+)\)")


def rich_text(paragraphs: list[str], *, language: str) -> str:
    """Return paragraphs as rich text in the form in which Wagtail stores it."""
    return "".join(f"<p>{_linked(words, language=language)}</p>" for words in paragraphs)


def stream(blocks: list[Table], *, owner: str, language: str) -> str:
    """Return the blocks of a body in the form in which Wagtail stores them.

    Shape: the id of a block comes from its owner and its position, so it is always the same.
    """
    return json.dumps(
        [
            {
                "type": block["type"],
                "value": _BLOCKS[block["type"]](block, language),
                "id": str(identity(f"{owner}/{language}/{position}")),
            }
            for position, block in enumerate(blocks)
        ]
    )


def item(value: Table, *, name: str) -> Table:
    """Return one item of a list or stream; without an id the admin takes the wrapping for the value."""
    return {"type": "item", "value": value, "id": str(identity(f"items/{name}"))}


def _linked(words: str, *, language: str) -> str:
    def link(match: re.Match[str]) -> str:
        text, name = match.groups()
        page = lookup.page(name, language=language)
        return f'<a linktype="page" id="{page.pk}">{text}</a>' if page else text

    return _LINK.sub(link, escape(words))


def _heading(block: Table, language: str) -> Table:
    return {"text": block["text"], "level": str(block.get("level", 2))}


def _text(block: Table, language: str) -> Table:
    html = rich_text(block.get("paragraphs", []), language=language)
    if block.get("items"):
        items = "".join(f"<li>{_linked(item, language=language)}</li>" for item in block["items"])
        html += f"<ul>{items}</ul>"
    return {"content": html}


def _facts(block: Table, language: str) -> Table:
    facts = [{"source": "", **fact} for fact in block["facts"]]
    return {"facts": [item(fact, name=f"{language}/{fact['label']}") for fact in facts]}


def _image(block: Table, language: str) -> Table:
    image = lookup.image(block["image"])
    return {
        "image": image.pk if image else None,
        "alt": image.default_alt(language=language) if image else "",
        "is_decorative": False,
        "caption": block.get("caption", ""),
    }


def _teaser(field: str) -> Callable[[Table, str], Table]:
    def value(block: Table, language: str) -> Table:
        page = lookup.page(block["page"], language=language)
        return {field: page.pk if page else None}

    return value


def _link(block: Table, language: str) -> Table:
    return {"text": block["text"], "page": None, "address": block["address"]}


_BLOCKS: dict[str, Callable[[Table, str], Any]] = {
    "heading": _heading,
    "text": _text,
    "facts": _facts,
    "image": _image,
    "project": _teaser("project"),
    "event": _teaser("event"),
    "link": _link,
}
