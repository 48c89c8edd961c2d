"""Bound what one operation may spend: time, and statements on the database."""

import time

from cms.publishing.reading import watchdog
from cms.publishing.reading.watchdog import Watched


class BudgetSpent(Exception):
    """Say that an operation needs more than it may spend."""


class TooManyStatements(BudgetSpent):
    """Say that an operation needs more statements than it may send."""


class TooLate(BudgetSpent):
    """Say that an operation has no time left."""


class Unanswered(BudgetSpent):
    """Say that the database did not even answer that it stops."""


class Budget:
    """Hold what is left for one operation.

    Units: `seconds` from now.
    """

    def __init__(self, *, seconds: float, statements: int) -> None:
        self.ends_at = time.monotonic() + seconds
        self.statements = statements
        self.used = 0

    def check(self) -> None:
        """Go on only while there is time.

        Raises: TooLate.
        """
        if time.monotonic() > self.ends_at:
            raise TooLate

    def begin(self, connection: object) -> Watched:
        """Take one statement from the budget, and let it be stopped when the time is over.

        Raises: TooManyStatements, TooLate.
        """
        if self.used >= self.statements:
            raise TooManyStatements
        self.check()
        self.used += 1
        return watchdog.watch(connection, until=self.ends_at)

    def end(self, watched: Watched) -> None:
        """Stop watching a statement that is over, well or not."""
        watchdog.release(watched)

    def explain(self, watched: Watched) -> None:
        """Say why a statement failed, if it was stopped.

        Raises: TooLate when the database agreed to stop, Unanswered when it had to be hung up on.
        """
        if not watched.was_stopped:
            return
        watchdog.retire(watched)
        if watched.was_cut:
            raise Unanswered
        raise TooLate
