"""Know in which language the text of a form is written, while the form is being checked."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_language: ContextVar[str | None] = ContextVar("content_language", default=None)


@contextmanager
def writing_in(language: str | None) -> Iterator[None]:
    """Check what is inside as a text of that language; None when it is not known."""
    token = _language.set(language)
    try:
        yield
    finally:
        _language.reset(token)


def current_language() -> str | None:
    """Return the language of the text being checked, or None when it is not known."""
    return _language.get()
