"""Let the writers of a SQLite file take turns in the order in which they came.

SQLite has one writer at a time. Who waits for it looks again every tenth of a second and gives up after
five, so that under steady writing an unlucky one never finds it free. A file lock beside the database
is handed on by the kernel, at once and in order. It goes away with its process, however that ends.
"""

import fcntl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import connection, transaction

ENDING = ".turn"


class _Held(threading.local):
    """Know whose turn it is: a thread that has it must not wait for itself."""

    is_mine = False


_held = _Held()


@contextmanager
def own_transaction() -> Iterator[None]:
    """Open a transaction when it is this writer's turn; inside another one, a part of that."""
    place = _place()
    # Who is in a transaction may be the writer already: waiting here would wait for itself. So would
    # what runs right after the commit (`on_commit`), outside of the transaction but within the turn.
    if place is None or connection.in_atomic_block or _held.is_mine:
        with transaction.atomic():
            yield
        return
    with place.open("ab") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        _held.is_mine = True
        try:
            with transaction.atomic():
                yield
        finally:
            _held.is_mine = False


def _place() -> Path | None:
    """Return the file whose lock is the turn; None where the database queues writers by itself."""
    name = str(connection.settings_dict["NAME"])
    if connection.vendor != "sqlite" or ":memory:" in name or "mode=memory" in name:
        return None
    return Path(name + ENDING)
