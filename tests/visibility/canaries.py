"""Make words that nobody may read, and find them again."""

import re

_FOUND = re.compile(r"canary[0-9]{4}x")


class Canaries:
    """Remember where each canary was planted.

    Shape: a canary is a word that serves as text, slug, file name, login and local part of an
           e-mail address alike.
    """

    def __init__(self) -> None:
        self.planted: dict[str, str] = {}

    def __call__(self, place: str) -> str:
        """Return a new canary for a place."""
        word = f"canary{len(self.planted):04d}x"
        self.planted[word] = place
        return word

    def text(self, place: str) -> str:
        """Return a sentence with a new canary."""
        return f"Something {self(place)} something."

    def leaks(self, text: str) -> list[str]:
        """Return the places whose canaries occur in a text."""
        return sorted({self.planted[word] for word in _FOUND.findall(text.casefold())})
