"""Write XML, element by element: well formed whatever the texts hold."""

import re
from xml.sax.saxutils import escape, quoteattr

DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'
# Everything that XML 1.0 has no way to write.
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def writable(text: str) -> str:
    """Return a text without the characters that XML cannot hold."""
    return _FORBIDDEN.sub("", text)


class Markup:
    """Be an XML document in the making."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._open: list[str] = []

    def start(self, name: str, **attributes: str | None) -> None:
        """Open an element; of `xml_lang` and the like the first underscore becomes a colon."""
        self._parts.append(f"<{name}{_written(attributes)}>")
        self._open.append(name)

    def end(self) -> None:
        """Close the element that was opened last."""
        self._parts.append(f"</{self._open.pop()}>\n")

    def element(self, name: str, text: str = "", **attributes: str | None) -> None:
        """Write an element with a text or none."""
        content = escape(writable(text))
        close = f">{content}</{name}>" if content else "/>"
        self._parts.append(f"<{name}{_written(attributes)}{close}\n")

    def add(self, fragment: str) -> None:
        """Add what was written elsewhere."""
        self._parts.append(fragment)

    def fragment(self) -> str:
        """Return what was written so far; every element must be closed."""
        assert not self._open, self._open
        return "".join(self._parts)

    def document(self) -> bytes:
        """Return the whole document; every element must be closed."""
        return f"{DECLARATION}{self.fragment()}".encode()


def _written(attributes: dict[str, str | None]) -> str:
    return "".join(
        f" {name.replace('_', ':', 1)}={quoteattr(writable(value))}"
        for name, value in attributes.items()
        if value is not None
    )
