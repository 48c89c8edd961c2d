"""Read what is asked of a feed: which one, of which site, narrowed by what, from where on."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.core.signing import BadSignature, Signer

from cms.publishing.reading.context import ReadContext, UnknownSite
from cms.publishing.reading.served import ServedSite
from cms.publishing.subjects import Parameter, Subject, Vocabulary
from cms.syndication.parameters import BadParameter, listed, named_once
from cms.syndication.signed_values import UNREADABLE, check_shape

if TYPE_CHECKING:
    from django.http import HttpRequest

    from cms.publishing.reading.conditions import Condition

COMMON = ("language", "site", "after")
SALT = "cms.syndication.feeds.after"
# What codes of terms and public ids are written with.
TOKEN = re.compile(r"[A-Za-z0-9_-]{1,200}", re.ASCII)
VALUES_MAX = 20


@dataclass(frozen=True, slots=True)
class Position:
    """Say after which entry a page of a feed begins."""

    published_at: dt.datetime
    public_id: str

    def cursor(self, subject: Subject) -> str:
        """Return the text that stands for this position in an address."""
        # Without a time in it: the same page has the same address whenever it is written.
        value = [subject.name, self.published_at.isoformat(), self.public_id]
        return Signer(salt=SALT).sign_object(value)


@dataclass(frozen=True, slots=True)
class Asked:
    """Hold what one request asks of a feed.

    Shape: `chosen` are the values by parameter, in the order of the subject's parameters. `further`
           are the conditions of the key with which it is asked.
    """

    subject: Subject
    site: ServedSite
    language: str
    chosen: Mapping[str, tuple[str, ...]]
    after: Position | None
    further: tuple[Condition, ...] = ()

    def conditions(self, now: dt.datetime, *, lasting: bool = False) -> tuple[Condition, ...]:
        """Return what holds of the feed's rows; only what does not change by itself if `lasting`."""
        narrowed = (
            condition
            for parameter in self.subject.parameters
            if parameter.name in self.chosen and not (lasting and parameter.is_timed)
            for condition in parameter.conditions(self.chosen[parameter.name], now)
        )
        return (*self.subject.conditions, *narrowed, *self.further)

    @property
    def is_timed(self) -> bool:
        """Say whether the feed is narrowed by something that changes by itself."""
        return any(p.is_timed and p.name in self.chosen for p in self.subject.parameters)

    def named(self, vocabulary: Vocabulary) -> tuple[str, ...]:
        """Return the chosen values that have to be looked up in a vocabulary."""
        return tuple(
            value
            for parameter in self.subject.parameters
            if parameter.vocabulary is vocabulary
            for value in self.chosen.get(parameter.name, ())
        )

    def refuse_unknown(self, known: frozenset[str]) -> None:
        """Do nothing when every value that was looked up is known.

        Raises: BadParameter naming the first that never was public.
        """
        for parameter in self.subject.parameters:
            for value in self.chosen.get(parameter.name, ()):
                if parameter.vocabulary is not Vocabulary.CLOSED and value not in known:
                    raise BadParameter(f"`{parameter.name}`: there is no {shown(value)}.")

    def query(self, after: Position | None = None) -> str:
        """Return the query by which this feed is known, the same however it was asked for."""
        pairs = [(name, ",".join(values)) for name, values in self.chosen.items()]
        if self.language != self.site.default_locale:
            pairs.append(("language", self.language))
        if not self.site.is_default:
            pairs.append(("site", self.site.key))
        if after is not None:
            pairs.append(("after", after.cursor(self.subject)))
        return f"?{urlencode(pairs, safe=',')}" if pairs else ""


def asked_of(subject: Subject, request: HttpRequest, context: ReadContext) -> Asked:
    """Return what a request asks of a feed.

    Raises: BadParameter naming what is wrong.
    """
    names = tuple(parameter.name for parameter in subject.parameters)
    given = named_once(request, known=(*names, *COMMON))
    for name, value in given.items():
        if not value.strip():
            raise BadParameter(f"`{name}` has no value; leave it out or give it one.")
    site = _site(given.get("site"), context)
    after = given.get("after")
    return Asked(
        subject=subject,
        site=site,
        language=_language(given.get("language"), site),
        chosen={
            parameter.name: _values(given[parameter.name], parameter)
            for parameter in subject.parameters
            if parameter.name in given
        },
        after=_position(after, subject) if after is not None else None,
    )


def shown(value: str) -> str:
    """Return a value as it may be repeated to whoever sent it."""
    printable = "".join(sign if sign.isprintable() else "\ufffd" for sign in value[:60])
    return f"“{printable}”"


def _values(text: str, parameter: Parameter) -> tuple[str, ...]:
    name, allowed = parameter.name, parameter.values
    values = tuple(sorted(listed(text)))
    if not 1 <= len(values) <= VALUES_MAX:
        raise BadParameter(f"`{name}` takes 1 to {VALUES_MAX} values, separated by commas.")
    for value in values:
        if allowed and value not in allowed:
            raise BadParameter(
                f"`{name}`: there is no {shown(value)}; there are {', '.join(allowed)}."
            )
        if not TOKEN.fullmatch(value):
            raise BadParameter(f"`{name}`: there is no {shown(value)}.")
    return values


def _site(key: str | None, context: ReadContext) -> ServedSite:
    try:
        return context.site(key)
    except UnknownSite as error:
        if key is None:
            raise BadParameter("No site is the default: name one with `site`.") from error
        raise BadParameter(f"`site`: there is no site {shown(key)}.") from error


def _language(code: str | None, site: ServedSite) -> str:
    if code is None:
        return site.default_locale
    if code not in site.languages:
        there = ", ".join(sorted(site.languages))
        raise BadParameter(f"`language`: the site has no {shown(code)}; it has {there}.")
    return code


def _position(text: str, subject: Subject) -> Position:
    try:
        values = Signer(salt=SALT).unsign_object(text)
        check_shape(values, str, str, str)
        name, instant, public_id = values
        moment = dt.datetime.fromisoformat(instant)
        if name != subject.name or moment.tzinfo is None:
            raise BadSignature(text)
        # A year that only exists in another zone.
        moment.astimezone(dt.UTC)
        return Position(moment, public_id)
    except UNREADABLE as error:
        message = (
            "`after` is not of this feed: follow the address of the next page as it was given."
        )
        raise BadParameter(message) from error
