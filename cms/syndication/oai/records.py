"""Read what a harvester may have: pages that may be taken over, and what is left of withdrawn ones.

A list goes by the content clock: what changes while it is being read comes again at its end, so that
nothing is skipped.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core import signing

from cms.publishing.reading.context import ReadContext
from cms.publishing.reading.items import Item, instant
from cms.publishing.reading.loads import SHOWN, TABLE, columns, make_item
from cms.syndication.oai.arguments import ProtocolError, Selection, read_selection
from cms.syndication.replicas import refuse_until_replayed
from cms.syndication.signed_values import UNREADABLE, check_shape
from cms.syndication.stated import HAS_ENDED, STATE, Stated, make_stated, state_parameters

PAGE_SIZE = 100
SALT = "cms.syndication.oai"
# Only pages that others ever might take over.
OURS = "i.kind = 'page' AND i.was_syndicated"
DATESTAMP = f"CASE WHEN {HAS_ENDED} THEN i.valid_until ELSE i.changed_at END"
NOT_OURS = "This resumptionToken was not given out for this list: begin again."
TOO_OLD = "This resumptionToken is too old to be continued: begin again."


@dataclass(frozen=True, slots=True)
class Position:
    """Hold how far a list has been read, and which list it is.

    Shape: `after` is on the content clock, `count` how many records came before it; `epoch` is empty
           at the beginning.
    """

    verb: str
    arguments: Mapping[str, str]
    after: int = 0
    count: int = 0
    epoch: str = ""

    def token(self) -> str:
        """Return it as a resumption token."""
        return signing.dumps(
            [self.verb, dict(self.arguments), self.after, self.count, self.epoch],
            salt=SALT,
            compress=True,
        )


def read_token(text: str, *, verb: str) -> Position:
    """Return the position that a resumption token holds.

    Raises: ProtocolError with badResumptionToken for any other text, or a token of another verb.
    """
    try:
        values = signing.loads(text, salt=SALT)
        check_shape(values, str, dict, int, int, str)
        check_shape([*values[1].values()], *[str] * len(values[1]))
        position = Position(*values)
    except UNREADABLE as error:
        raise ProtocolError("badResumptionToken", NOT_OURS) from error
    if position.verb != verb:
        raise ProtocolError("badResumptionToken", NOT_OURS)
    return position


@dataclass(frozen=True, slots=True)
class Records:
    """Hold one page of a list; `following` is None at its end."""

    found: tuple[Stated, ...]
    following: Position | None


def list_records(context: ReadContext, position: Position) -> Records:
    """Read the page of a list that begins at a position.

    Raises: ProtocolError with noRecordsMatch when there is nothing, or badResumptionToken when the
            position is of another epoch, or tombstones after it were thrown away since; ReplicaBehind.
    """
    test, values = _selected(context, read_selection(position.arguments))
    rows = context.query(
        "SELECT c.value, c.epoch, c.horizon, n.* FROM publishing_contentclock c LEFT JOIN ("
        f"SELECT i.seq AS place, {STATE}, {columns('i')} FROM {TABLE} i"
        f" WHERE {OURS} AND i.seq > %s{test}"
        " ORDER BY i.seq LIMIT %s) AS n ON TRUE WHERE c.id = 1 ORDER BY n.place",
        [*state_parameters(context), position.after, *values, PAGE_SIZE + 1],
    )
    value, epoch, horizon = rows[0][:3]
    epoch = str(epoch).replace("-", "")
    is_kept = position.epoch == epoch and horizon <= position.after <= value
    if position.epoch == epoch and position.after > value:
        refuse_until_replayed(context.connection)
    if position.epoch and not is_kept:
        raise ProtocolError("badResumptionToken", TOO_OLD)
    found = [row[3:] for row in rows if row[3] is not None]
    if not found:
        raise ProtocolError("noRecordsMatch", "There are no records like that.")
    shown = found[:PAGE_SIZE]
    following = Position(
        position.verb, position.arguments, shown[-1][0], position.count + len(shown), epoch
    )
    return Records(
        tuple(make_stated(row[1:]) for row in shown),
        following if len(found) > PAGE_SIZE else None,
    )


def _selected(context: ReadContext, selection: Selection) -> tuple[str, list[Any]]:
    test, values = "", []
    for column, value in (("type", selection.type), ("locale", selection.language)):
        if value:
            test += f" AND i.{column} = %s"
            values.append(value)
    for sign, moment in ((">=", selection.since), ("<", selection.until)):
        if moment is not None:
            test += f" AND {DATESTAMP} {sign} %s"
            values += [context.now_parameter, context.adapt(moment)]
    return test, values


@dataclass(frozen=True, slots=True)
class Repository:
    """Hold what the repository says of itself.

    Shape: `about` are the settings of the default site, None while it has none. `is_complete` says
           that no tombstone was ever thrown away.
    """

    about: Item | None
    earliest: dt.datetime
    is_complete: bool


def describe(context: ReadContext, *, site: str) -> Repository:
    """Read what the repository says of itself."""
    rows = context.query(
        f"SELECT (SELECT min(i.changed_at) FROM {TABLE} i WHERE {OURS}), c.horizon,"
        f" {columns('s')} FROM publishing_contentclock c LEFT JOIN {TABLE} s"
        f" ON s.kind = 'settings' AND s.site = %s AND {SHOWN.format('s')} WHERE c.id = 1",
        [site, context.now_parameter],
    )
    earliest, horizon, *row = rows[0]
    return Repository(
        make_item(row) if row[0] is not None else None,
        instant(earliest) or dt.datetime(1970, 1, 1, tzinfo=dt.UTC),
        is_complete=horizon == 0,
    )


def sets(context: ReadContext) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the types and the languages of everything that others ever might take over."""
    rows = context.query(f"SELECT DISTINCT i.type, i.locale FROM {TABLE} i WHERE {OURS}", [])
    types = {type_name for type_name, _locale in rows if type_name}
    languages = {locale for _type, locale in rows if locale}
    return tuple(sorted(types)), tuple(sorted(languages))
