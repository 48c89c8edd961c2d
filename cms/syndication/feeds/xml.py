"""Write XML that is well-formed whatever editors write: elements and text, no CDATA, no entities."""

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from io import StringIO
from xml.sax.xmlreader import AttributesImpl

from django.utils.xmlutils import SimplerXMLGenerator

# Everything that XML 1.0 cannot hold, and the control characters that it advises against.
_NO_XML = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
)


def printable(text: str) -> str:
    """Return a text without what no reader can show and XML cannot hold."""
    return _NO_XML.sub("", text)


class Writer:
    """Write one document.

    Shape: `text()` is the whole of it; nothing stands before its declaration.
    """

    def __init__(self) -> None:
        self._out = StringIO()
        self._xml = SimplerXMLGenerator(self._out, "utf-8", short_empty_elements=True)
        self._xml.startDocument()

    @contextmanager
    def element(
        self, name: str, attributes: Mapping[str, str | None] | None = None
    ) -> Iterator[None]:
        """Write an element around what is written inside; attributes without a value are left out."""
        self._xml.startElement(name, AttributesImpl(_stated(attributes)))
        yield
        self._xml.endElement(name)

    def add(
        self, name: str, text: str | None = None, attributes: Mapping[str, str | None] | None = None
    ) -> None:
        """Write an element with text in it."""
        self._xml.addQuickElement(name, printable(text or ""), _stated(attributes))

    def add_stated(self, name: str, text: str | None) -> None:
        """Write an element, unless there is nothing to say."""
        if text:
            self.add(name, text)

    def text(self) -> bytes:
        """Return the document."""
        self._xml.endDocument()
        return self._out.getvalue().encode()


def _stated(attributes: Mapping[str, str | None] | None) -> dict[str, str]:
    return {name: printable(v) for name, v in (attributes or {}).items() if v is not None}


def w3c_date(moment: dt.datetime) -> str:
    """Return an instant as RFC 3339 writes it, in UTC."""
    return moment.astimezone(dt.UTC).isoformat().replace("+00:00", "Z")
