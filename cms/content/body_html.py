"""Write a stored body as one piece of HTML, for readers that know no blocks.

What a block points at and is not public is missing as it is in GraphQL: a picture or document vanishes
with its block, a link becomes its words.
"""

from collections.abc import Callable, Iterator
from html import escape
from typing import Any

from cms.content import richtext
from cms.content.graphql.files import rendition_files
from cms.publishing.files import file_url
from cms.publishing.reading.context import ReadContext
from cms.publishing.reading.items import Item
from cms.publishing.reading.stored import localized

Block = dict[str, Any]
Writer = Callable[["_Reader", Block], str]


def body_references(body: list[Block] | None) -> tuple[str, ...]:
    """Return the keys of everything that a body points at; load them before writing it."""
    return tuple(dict.fromkeys(key for block in body or () for key in _references(block) if key))


def body_html(page: Item, context: ReadContext) -> str:
    """Return the body of a page as sanitised HTML with absolute addresses.

    Shape: one line per block; a block of an unknown type is left out.
    """
    reader = _Reader(context, page.locale)
    blocks = page.get("body") or ()
    written = (_WRITERS[b["__typename"]](reader, b) for b in blocks if b["__typename"] in _WRITERS)
    return "\n".join(html for html in written if html)


def _references(block: Block) -> Iterator[str | None]:
    yield from richtext.references(block.get("content"))
    for picture in (block, *(block.get("pictures") or ())):
        yield (picture.get("picture") or {}).get("image")
    yield (block.get("target") or {}).get("page")
    for name in ("document", "project", "event"):
        yield block.get(name)


class _Reader:
    """Look up what a body points at, as a reader of one language sees it."""

    def __init__(self, context: ReadContext, locale: str) -> None:
        self.context, self.locale = context, locale

    def thing(self, key: str | None) -> Item | None:
        """Return a thing, or None while it is hidden."""
        return self.context.thing(key, locale=self.locale)

    def address(self, key: str) -> str | None:
        """Return where a thing is, or None while it is hidden."""
        item = self.thing(key)
        if item is None:
            return None
        if item.kind == "document":
            return file_url(item, item.get("fileName"))
        return self.context.url(item)

    def link(self, key: str, text: str = "") -> str:
        """Return a link to a thing, under its own title unless told otherwise."""
        item, href = self.thing(key), self.address(key)
        if item is None or href is None:
            return escape(text)
        return f'<a href="{escape(href)}">{escape(text or item.title or href)}</a>'


def _paragraph(html: str) -> str:
    return f"<p>{html}</p>" if html else ""


def _heading(_reader: _Reader, block: Block) -> str:
    level = min(max(int(block["level"]), 2), 6)
    return f"<h{level}>{escape(block['text'])}</h{level}>"


def _text(reader: _Reader, block: Block) -> str:
    return richtext.fill(block["content"] or [], address=reader.address)


def _quote(_reader: _Reader, block: Block) -> str:
    said_by = block.get("attribution")
    lines = "<br>".join(escape(line) for line in block["quotation"].splitlines())
    return f"<blockquote><p>{lines}</p>{_paragraph(escape(said_by or ''))}</blockquote>"


def _figure(reader: _Reader, use: Block) -> str:
    picture = use.get("picture") or {}
    image = reader.thing(picture.get("image"))
    files = rendition_files(image, "CONTENT") if image is not None else []
    if not files:
        return ""
    file = files[-1]
    alt = localized(picture.get("alt") or "", locale=reader.locale) or ""
    size = f'width="{file["width"]}" height="{file["height"]}"'
    caption = f"<figcaption>{escape(use['caption'])}</figcaption>" if use.get("caption") else ""
    source = f'src="{escape(file["url"])}" alt="{escape(alt)}"'
    return f"<figure><img {source} {size}>{caption}</figure>"


def _gallery(reader: _Reader, block: Block) -> str:
    return "".join(_figure(reader, use) for use in block["pictures"])


def _facts(_reader: _Reader, block: Block) -> str:
    rows = []
    for fact in block["facts"]:
        source = f" ({escape(fact['source'])})" if fact.get("source") else ""
        rows.append(f"<dt>{escape(fact['label'])}</dt><dd>{escape(fact['value'])}{source}</dd>")
    return f"<dl>{''.join(rows)}</dl>" if rows else ""


def _row(cells: list[str], tag: str) -> str:
    return "<tr>" + "".join(f"<{tag}>{escape(cell)}</{tag}>" for cell in cells) + "</tr>"


def _table(_reader: _Reader, block: Block) -> str:
    caption = f"<caption>{escape(block['caption'])}</caption>" if block.get("caption") else ""
    header = f"<thead>{_row(block['header'], 'th')}</thead>" if block["header"] else ""
    rows = "".join(_row(row, "td") for row in block["rows"])
    return f"<table>{caption}{header}<tbody>{rows}</tbody></table>"


def _embed(_reader: _Reader, block: Block) -> str:
    if not block["address"]:
        return ""
    return _paragraph(f'<a href="{escape(block["address"])}">{escape(block["title"])}</a>')


def _link(reader: _Reader, block: Block) -> str:
    target = block.get("target") or {}
    if target.get("page"):
        return _paragraph(reader.link(target["page"], block["text"]))
    address, text = target.get("address"), escape(block["text"])
    return _paragraph(f'<a href="{escape(address)}">{text}</a>' if address else text)


def _pointer(name: str) -> Writer:
    return lambda reader, block: _paragraph(reader.link(block[name])) if block.get(name) else ""


_WRITERS: dict[str, Writer] = {
    "HeadingBlock": _heading,
    "TextBlock": _text,
    "QuoteBlock": _quote,
    "ImageBlock": _figure,
    "GalleryBlock": _gallery,
    "FactListBlock": _facts,
    "TableBlock": _table,
    "EmbedBlock": _embed,
    "DocumentBlock": _pointer("document"),
    "LinkBlock": _link,
    "CallToActionBlock": _link,
    "ProjectTeaserBlock": _pointer("project"),
    "EventTeaserBlock": _pointer("event"),
}
