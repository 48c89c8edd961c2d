"""Keep rich text as a sanitised template plus references, and fill it in at read.

Wagtail stores links to pages and documents by number. What is stored in a document is the text cut in
pieces at each such link; at read, a link whose target is public becomes an address and every other one
plain text. So renaming or hiding a target needs no change to the texts that link to it.

    ["<p>See ", {"open": "page:12"}, "the project", {"close": true}, ".</p>"]
"""

import re
from collections.abc import Callable, Iterator
from html import escape
from html.parser import HTMLParser
from typing import Any
from urllib.parse import quote

import nh3
from markdownify import MarkdownConverter

from cms.publishing import kinds

Piece = str | dict[str, Any]

TAGS = {
    "a", "b", "blockquote", "br", "em", "h2", "h3", "h4", "h5", "h6", "hr", "i", "li", "ol",
    "p", "s", "strong", "sub", "sup", "ul",
}  # fmt: skip
# nh3 would strip Wagtail's own attributes, which name the target of a link.
ATTRIBUTES = {"a": {"href", "linktype", "id"}}
SCHEMES = {"http", "https", "mailto", "tel"}
VOID = frozenset({"br", "hr"})
BLOCKS = frozenset({"p", "li", "blockquote", "br", "hr", "h2", "h3", "h4", "h5", "h6", "ul", "ol"})
KINDS = {"page": kinds.PAGE, "document": kinds.DOCUMENT}
# Deeper elements keep their words only: nobody writes them, and converters descend by recursion.
DEPTH_MAX = 50
# Nothing that was ever written needed more than three.
CLEANINGS_MAX = 5
# Not `str.isdigit`, which is true of numbers that `int` refuses; and no longer than a key can be.
NUMBER = re.compile(r"[0-9]{1,18}", re.ASCII)

# What would begin a link, an image, a tag or an entity in Markdown.
MARKDOWN_ESCAPES = str.maketrans(
    {**{sign: f"\\{sign}" for sign in "\\`*_[]"}, "&": "&amp;", "<": "&lt;", ">": "&gt;"}
)
# What would end the address of a link in Markdown.
ENDS_ADDRESS = re.compile(r"""[\s()<>\[\]"'`\\]""")


class _Template(HTMLParser):
    """Cut sanitised HTML into pieces at links that point at things of ours."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.pieces: list[Piece] = []
        self._links: list[bool] = []
        self._depth = 0

    def _text(self, text: str) -> None:
        if self.pieces and isinstance(self.pieces[-1], str):
            self.pieces[-1] += text
        else:
            self.pieces.append(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag != "a":
            self._depth += tag not in VOID
            if self._depth <= DEPTH_MAX:
                self._text(f"<{tag}>")
            return
        kind, number = KINDS.get(values.get("linktype") or ""), values.get("id") or ""
        if kind and NUMBER.fullmatch(number):
            self._links.append(True)
            self.pieces.append({"open": f"{kind}:{int(number)}"})
        else:
            # An anchor without a target that we know is only its words.
            href = values.get("href")
            self.pieces.append({"open": None}) if not href else self._text(
                f'<a href="{escape(href)}">'
            )
            self._links.append(not href)

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        if tag != "a":
            if self._depth <= DEPTH_MAX:
                self._text(f"</{tag}>")
            self._depth -= 1
        elif self._links and self._links.pop():
            self.pieces.append({"close": True})
        else:
            self._text("</a>")

    def handle_data(self, data: str) -> None:
        self._text(data)

    def handle_entityref(self, name: str) -> None:
        self._text(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self._text(f"&#{name};")


def template(source: Any) -> list[Piece] | None:
    """Return stored rich text (a string, or Wagtail's RichText) as sanitised pieces."""
    text = getattr(source, "source", source)
    if text is None:
        return None
    parser = _Template()
    parser.feed(_clean(str(text)))
    parser.close()
    return parser.pieces


def _clean(text: str) -> str:
    """Return only the harmless of a text.

    Taking an element away may leave a nesting that HTML does not know, which browsers read in another
    way; so it is cleaned until it stays as it is.
    """
    for _ in range(CLEANINGS_MAX):
        before = text
        text = nh3.clean(text, tags=TAGS, attributes=ATTRIBUTES, url_schemes=SCHEMES, link_rel=None)
        if text == before:
            break
    return text


def references(pieces: list[Piece] | None) -> Iterator[str]:
    """Yield the keys that a template points at."""
    for piece in pieces or []:
        if isinstance(piece, dict) and piece.get("open"):
            yield piece["open"]


def fill(pieces: list[Piece], *, address: Callable[[str], str | None]) -> str:
    """Return the HTML of a template; `address` gives a key's address, or None while it is hidden."""
    out: list[str] = []
    is_open = False
    for piece in pieces:
        if isinstance(piece, str):
            out.append(piece)
        elif "open" in piece:
            href = address(piece["open"]) if piece["open"] else None
            is_open = href is not None
            if href is not None:
                out.append(f'<a href="{escape(href)}">')
        elif is_open:
            out.append("</a>")
            is_open = False
    return "".join(out)


class _Plain(HTMLParser):
    """Take the words out of HTML, one line per block."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in BLOCKS:
            self.words.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in BLOCKS:
            self.words.append("\n")

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def plain_text(pieces: list[Piece]) -> str:
    """Return the words of a template, one line per paragraph or list item."""
    parser = _Plain()
    parser.feed("".join(piece for piece in pieces if isinstance(piece, str)))
    parser.close()
    lines = ("".join(parser.words)).split("\n")
    return "\n".join(" ".join(line.split()) for line in lines if line.strip())


class _Markdown(MarkdownConverter):
    """Write Markdown in which the editor's words stay words.

    Markdown renderers pass HTML through and make links of brackets, so text that only looks like
    either has to be escaped; markdownify does not do that by itself.
    """

    def escape(self, text: str, parent_tags: Any) -> str:
        """Return text without anything that Markdown would read as markup."""
        return text.translate(MARKDOWN_ESCAPES)

    def convert_a(self, el: Any, text: str, parent_tags: Any) -> str:
        """Return a link whose address cannot end early."""
        if el.get("href"):
            el["href"] = ENDS_ADDRESS.sub(lambda found: quote(found[0], safe=""), el["href"])
        return str(super().convert_a(el, text, parent_tags))  # type: ignore[misc]


def markdown(html: str) -> str:
    """Return HTML as Markdown."""
    converter = _Markdown(heading_style="ATX", bullets="-", autolinks=False)
    # In an element, because words alone may look like a file name, of which the parser warns.
    return str(converter.convert(f"<div>{html}</div>")).strip()
