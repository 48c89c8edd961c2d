"""Make what many tests begin with once in each worker, and put its rows back for every other test.

Putting rows back takes a twentieth of the time of making them. It is only done where the database is as
it was before they were made, and the clock as well if it stands still; otherwise they are made.
"""

import functools
import pickle
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

import time_machine
from django.conf import settings
from django.db import IntegrityError, connection, transaction

from cms.publishing.scopes import _collecting
from cms.syndication.retention import start_new_epoch

Made = TypeVar("Made")
Given = ParamSpec("Given")
# Here a trigger numbers what comes in, at the commit or at once, as a test wants it.
NUMBERED = "publishing_publisheditem"
STATE = f"""
SELECT value, (SELECT count(*) FROM {NUMBERED}), (SELECT count(*) FROM wagtailcore_page)
FROM publishing_contentclock
"""
Rows = dict[str, set[str]]


class OtherRows(Exception):
    """Say that the database is not as it was before the rows were made."""


@dataclass(frozen=True)
class Snapshot:
    """Hold what was made, pickled, and what that changed in tables and files."""

    made: bytes
    removed: Rows
    added: Rows
    files: dict[str, bytes]

    @functools.cached_property
    def on_postgres(self) -> str:
        """Return the statements that put the rows back; the second and following remove some."""
        sql = ["SET LOCAL session_replication_role = replica"]
        for table, rows in self.removed.items():
            sql.append(f'DELETE FROM "{table}" it WHERE it::text = ANY({_array(rows, of="text")})')
        for table in sorted(self.added, key=NUMBERED.__eq__):
            if table == NUMBERED:
                sql.append("SET LOCAL session_replication_role = origin")
            # Each row is read once; `(row::table).*` would read it once for each of its columns.
            made = _array(self.added[table], of=f'"{table}"')
            sql.append(f'INSERT INTO "{table}" SELECT * FROM unnest({made})')
        return "; ".join(sql)


_snapshots: dict[Any, Snapshot] = {}


def once_per_worker(make: Callable[Given, Made]) -> Callable[Given, Made]:
    """Decorate what makes rows, so that they are made once where that makes no difference.

    Shape: what is returned is a copy, so that a test may change it; it must be possible to pickle it.
    """

    @functools.wraps(make)
    def made(*args: Given.args, **kwargs: Given.kwargs) -> Made:
        instant = _instant()
        # Inside of a `transaction()` of ours what is public is only written at its end.
        if instant is None or not connection.in_atomic_block or _collecting.get() is not None:
            return make(*args, **kwargs)
        key = (make.__qualname__, repr(args), repr(kwargs), instant, *_state())
        if key not in _snapshots:
            return _taken(key, functools.partial(make, *args, **kwargs))
        try:
            with transaction.atomic():
                _put_back(_snapshots[key])
        except (OtherRows, IntegrityError):
            return make(*args, **kwargs)
        found: Made = pickle.loads(_snapshots[key].made)
        return found

    return made


def _instant() -> int | None:
    """Return what the clock shows if it stands still, 0 if it is the real one, None otherwise."""
    if not time_machine.escape_hatch.is_travelling():
        return 0
    first = time.time_ns()
    return first if time.time_ns() == first else None


def _state() -> tuple[int, ...]:
    """Return what tells most states of the database apart, quickly."""
    with connection.cursor() as cursor:
        cursor.execute(STATE)
        found: tuple[int, ...] = cursor.fetchone()
        return found


def _taken(key: Any, make: Callable[[], Made]) -> Made:
    before, files = _rows(), _files()
    made = make()
    after = _rows()
    added = {table: after[table] - before[table] for table in after}
    removed = {table: before[table] - after[table] for table in after}
    if _is_as_new():
        new_files = {name: body for name, body in _files().items() if name not in files}
        _snapshots[key] = Snapshot(pickle.dumps(made), _some(removed), _some(added), new_files)
    return made


def _is_as_new() -> bool:
    """Say whether nothing is numbered that a commit would number."""
    if connection.vendor != "postgresql":
        return True
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {NUMBERED} WHERE seq IS NOT NULL")
        numbered = cursor.fetchone()[0]
        cursor.execute("SELECT current_setting('is_superuser')")
        return numbered == 0 and cursor.fetchone()[0] == "on"


def _some(rows: Rows) -> Rows:
    return {table: found for table, found in rows.items() if found}


def _files() -> dict[str, bytes]:
    root = Path(settings.MEDIA_ROOT)
    found = [path for path in root.rglob("*") if path.is_file()]
    return {str(path.relative_to(root)): path.read_bytes() for path in found}


def _put_back(snapshot: Snapshot) -> None:
    if connection.vendor == "postgresql":
        _put_back_at_once(snapshot)
    else:
        for table, rows in snapshot.removed.items():
            _remove(table, rows)
        for table, rows in snapshot.added.items():
            _execute(f'INSERT INTO "{table}" VALUES {", ".join(f"({row})" for row in rows)}')
    for name, body in snapshot.files.items():
        path = Path(settings.MEDIA_ROOT) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)
    # What a process knows of the rows of another test is not to be taken for these.
    start_new_epoch()


def _put_back_at_once(snapshot: Snapshot) -> None:
    """Send PostgreSQL everything in one message, which takes longer than most statements do."""
    with connection.cursor() as cursor:
        cursor.execute(snapshot.on_postgres)
        for table, rows in snapshot.removed.items():
            cursor.nextset()
            if cursor.rowcount != len(rows):
                raise OtherRows(table)


def _array(rows: set[str], *, of: str) -> str:
    """Return rows as a literal; written here, because psycopg takes ten times as long for each list."""
    texts = (row.replace("\\", r"\\").replace('"', r"\"") for row in rows)
    literal = ",".join(f'"{text}"' for text in texts).replace("'", "''")
    return f"'{{{literal}}}'::{of}[]"


def _tables() -> list[str]:
    with connection.cursor() as cursor:
        names = connection.introspection.table_names(cursor)
    # SQLite keeps the index of texts in tables of its own, by triggers.
    return [name for name in names if "_fts" not in name and name != "django_migrations"]


@functools.cache
def _row_text(table: str) -> str:
    """Return the SQL of a row as a text from which the row can be made again."""
    if connection.vendor == "postgresql":
        return "it::text"
    with connection.cursor() as cursor:
        columns = connection.introspection.get_table_description(cursor, table)
    return " || ',' || ".join(f'quote("{column.name}")' for column in columns)


def _rows() -> Rows:
    found: Rows = {}
    with connection.cursor() as cursor:
        for table in _tables():
            cursor.execute(f'SELECT {_row_text(table)} FROM "{table}" it')
            found[table] = {row[0] for row in cursor.fetchall()}
    return found


def _remove(table: str, rows: set[str]) -> None:
    marks = ", ".join(["%s"] * len(rows))
    found = _execute(f'DELETE FROM "{table}" AS it WHERE {_row_text(table)} IN ({marks})', [*rows])
    if found != len(rows):
        raise OtherRows(table)


def _execute(sql: str, params: list[Any] | None = None) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return int(cursor.rowcount)
