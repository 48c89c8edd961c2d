"""Read what answering needs to know of the sites that are served."""

from dataclasses import dataclass

import orjson


@dataclass(frozen=True, slots=True)
class ServedSite:
    """Hold what answering needs to know of one site."""

    key: str
    base_url: str
    default_locale: str
    is_default: bool
    languages: frozenset[str]


def served(head: str) -> ServedSite:
    """Return the site of a row's document."""
    site = orjson.loads(head)
    return ServedSite(
        site["key"],
        site["baseUrl"],
        site["defaultLocale"],
        site["isDefault"],
        frozenset(site["languages"]),
    )
