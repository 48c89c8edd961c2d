"""Read the arguments of an OAI-PMH request.

Source: OAI-PMH 2.0, sections 3.6 and 4.
"""

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass

from django.http import QueryDict

# The kinds of sets there are: all pages of a type, and all in a language.
SET_KINDS = ("type", "language")
_SET = re.compile(r"(?:type|language)(?::[A-Za-z0-9_.!~*'()-]+)?")
# How an end is made exclusive: the unit in which it was given is part of the range.
_UNITS = {len("2026-01-01"): dt.timedelta(days=1), len("2026-01-01T00:00:00Z"): dt.timedelta(0, 1)}
_FORMS = {
    len("2026-01-01"): re.compile(r"\d{4}-\d\d-\d\d"),
    len("2026-01-01T00:00:00Z"): re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"),
}
# The longest argument that is worth looking at; tokens are the longest of them.
LONGEST = 2_000


class ProtocolError(Exception):
    """Say in the protocol's own words what is wrong with a request."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class Verb:
    """Say which arguments a verb takes; `resumptionToken` stands alone where it is taken."""

    required: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    is_resumable: bool = False


_SELECTING = ("from", "until", "set")
VERBS = {
    "Identify": Verb(),
    "ListMetadataFormats": Verb(optional=("identifier",)),
    "ListSets": Verb(is_resumable=True),
    "ListIdentifiers": Verb(("metadataPrefix",), _SELECTING, is_resumable=True),
    "ListRecords": Verb(("metadataPrefix",), _SELECTING, is_resumable=True),
    "GetRecord": Verb(("identifier", "metadataPrefix")),
}


@dataclass(frozen=True, slots=True)
class Selection:
    """Hold which records are wanted.

    Shape: empty texts and None narrow nothing.
    Units: `since` is inclusive, `until` exclusive.
    """

    type: str = ""
    language: str = ""
    since: dt.datetime | None = None
    until: dt.datetime | None = None


def read_arguments(given: QueryDict) -> dict[str, str]:
    """Return the arguments, the verb among them.

    Raises: ProtocolError with badVerb or badArgument.
    """
    verbs = given.getlist("verb")
    if len(verbs) != 1 or verbs[0] not in VERBS:
        raise ProtocolError("badVerb", f"Give one verb of: {', '.join(VERBS)}.")
    arguments = {name: values[-1] for name, values in given.lists() if values}
    _check_names(VERBS[verbs[0]], given)
    for name, text in arguments.items():
        if len(text) > LONGEST:
            raise ProtocolError("badArgument", f"The argument {name} is too long.")
    return arguments


def _check_names(verb: Verb, given: QueryDict) -> None:
    allowed = {"verb", *verb.required, *verb.optional}
    for name, values in given.lists():
        if len(values) > 1:
            raise ProtocolError("badArgument", f"The argument {name[:60]} is repeated.")
    if verb.is_resumable and "resumptionToken" in given:
        if set(given) != {"verb", "resumptionToken"}:
            message = "The argument resumptionToken stands alone beside the verb."
            raise ProtocolError("badArgument", message)
        return
    for name in given:
        if name not in allowed:
            message = f"This verb takes no argument {name[:60]}."
            raise ProtocolError("badArgument", message)
    for name in verb.required:
        if name not in given:
            raise ProtocolError("badArgument", f"The argument {name} is missing.")


def read_selection(arguments: Mapping[str, str]) -> Selection:
    """Return which records the arguments ask for.

    Raises: ProtocolError with badArgument.
    """
    since, until = _range(arguments.get("from"), arguments.get("until"))
    kind, _, name = _set(arguments.get("set")).partition(":")
    return Selection(
        type=name if kind == "type" else "",
        language=name if kind == "language" else "",
        since=since,
        until=until,
    )


def _set(text: str | None) -> str:
    if text is None:
        return ""
    if not _SET.fullmatch(text):
        message = "The argument set is none of the sets that ListSets names."
        raise ProtocolError("badArgument", message)
    return text


def _range(since: str | None, until: str | None) -> tuple[dt.datetime | None, dt.datetime | None]:
    if since is not None and until is not None and len(since) != len(until):
        raise ProtocolError("badArgument", "Give from and until in the same granularity.")
    first = _datestamp("from", since) if since is not None else None
    last = _datestamp("until", until) if until is not None else None
    if first is not None and last is not None and first > last:
        raise ProtocolError("badArgument", "The argument from is later than until.")
    if last is None or until is None:
        return first, None
    try:
        return first, last + _UNITS[len(until)]
    except OverflowError:
        # Nothing is dated after the last instant there is.
        return first, None


def _datestamp(name: str, text: str) -> dt.datetime:
    form = _FORMS.get(len(text))
    try:
        if form is None or not form.fullmatch(text):
            raise ValueError(text)
        moment = dt.datetime.fromisoformat(text)
    except ValueError as error:
        message = f"The argument {name} is neither YYYY-MM-DD nor YYYY-MM-DDThh:mm:ssZ."
        raise ProtocolError("badArgument", message) from error
    return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)
