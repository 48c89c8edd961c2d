"""Say which feeds there are and how they may be narrowed; page rooms know both.

A room declares its feeds in its `feeds.py`. How a feed is written, paged and cached is the business of
syndication, which knows no page type.

    declare(Subject("news", types=("NewsPage",), titles={"en": "News"}, parameters=(TYPE, TOPIC)))
"""

import datetime as dt
import enum
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache

from django.utils.module_loading import autodiscover_modules

from cms.publishing.reading.conditions import Condition


class Vocabulary(enum.Enum):
    """Say where the values of a parameter come from."""

    CLOSED = "closed"
    TERM = "term"
    THING = "thing"


@dataclass(frozen=True, slots=True)
class Parameter:
    """Narrow a feed by one name in its address.

    Shape: `values` are all there are when the vocabulary is closed; codes of terms and public ids of
           things are looked up. Several values widen each other. What is `timed` changes by itself.
    """

    name: str
    conditions: Callable[[tuple[str, ...], dt.datetime], tuple[Condition, ...]]
    vocabulary: Vocabulary = Vocabulary.CLOSED
    values: tuple[str, ...] = ()
    is_timed: bool = False


@dataclass(frozen=True, slots=True)
class Subject:
    """Hold what one feed is about.

    Shape: `titles` by language. `is_dated` when the order of the rows (`sort_at`) is the order of
           publication; where rows are ordered by something else the stored `publishedAt` decides.
    """

    name: str
    types: tuple[str, ...]
    titles: Mapping[str, str]
    parameters: tuple[Parameter, ...] = ()
    conditions: tuple[Condition, ...] = ()
    is_dated: bool = False

    def title(self, language: str) -> str:
        """Return what the feed is called in a language."""
        return self.titles.get(language) or self.titles["en"]


_subjects: dict[str, Subject] = {}


def declare(subject: Subject) -> Subject:
    """Offer a feed under the subject's name."""
    _subjects[subject.name] = subject
    return subject


def subjects() -> Mapping[str, Subject]:
    """Return the feeds there are, by name."""
    _discover()
    return _subjects


@cache
def _discover() -> None:
    """Import each room's `feeds` module, where subjects are declared."""
    autodiscover_modules("feeds")
