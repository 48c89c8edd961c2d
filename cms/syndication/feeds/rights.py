"""Know the licences that have an address of their own."""

import re

# "CC BY-SA 4.0", "cc-by 4.0", "CC BY 3.0 BG"…: what editors write.
_CREATIVE_COMMONS = re.compile(
    r"CC[ -](?P<terms>BY(?:-(?:SA|ND|NC|NC-SA|NC-ND))?)[ -](?P<version>[1-4]\.[05])", re.IGNORECASE
)
_DEDICATION = re.compile(r"CC0(?:[ -]1\.0)?", re.IGNORECASE)


def licence_url(licence: str | None) -> str | None:
    """Return the address of a licence that is known by its name, else None.

    Source: https://creativecommons.org/licenses/
    """
    text = " ".join((licence or "").split())
    if text.startswith(("https://", "http://")) and " " not in text:
        return text
    if found := _CREATIVE_COMMONS.fullmatch(text):
        terms = found["terms"].lower()
        return f"https://creativecommons.org/licenses/{terms}/{found['version']}/"
    if _DEDICATION.fullmatch(text):
        return "https://creativecommons.org/publicdomain/zero/1.0/"
    return None
