"""Find whole answers, or have them made and keep them.

An answer is kept under its question and the present moment of the content clock. Nothing is ever
invalidated: when the moment is over, its answers are not looked for any more.
"""

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import connections

from cms.api.cache.clock import ClockReader
from cms.api.cache.flights import Flights
from cms.api.cache.kept import Kept
from cms.api.cache.memory import Memory
from cms.api.cache.release import release
from cms.api.cache.shared import SharedAnswers
from cms.api.once import once_for
from cms.api.places import places
from cms.publishing.commits import on_change
from cms.publishing.reading.moments import Moment, read_moment


@dataclass(frozen=True, slots=True)
class Made:
    """Hold an answer that was just worked out.

    Shape: `kept` is None when nobody else may have it. `clock` is where the content clock stood for it.
    """

    answer: Any
    kept: Kept | None = None
    clock: tuple[int, str] | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """Hold what answers a question.

    Shape: `made` when it was worked out for this request or one at the same time, else `kept` with
           where it was found: `memory` or `shared`. What is kept is true at `moment`.
    """

    made: Made | None
    kept: Kept | None = None
    moment: Moment | None = None
    found_in: str = ""


class Answers:
    """Be the answer cache of this process."""

    def __init__(
        self, *, clock: ClockReader, size_bytes: int, shared: SharedAnswers | None = None
    ) -> None:
        self.clock = clock
        self.memory: Memory[bytes, Kept] = Memory(size_bytes=size_bytes)
        self.shared = shared
        # A thread that waits for another leaves its place to those that work.
        self._flights: Flights[Outcome] = Flights(waiting=lambda: places().left())

    def answer(self, key: bytes | None, make: Callable[[], Made]) -> Outcome:
        """Return the answer of a key, which is made when it is not known.

        Raises: DatabaseError, and whatever `make` raises.
        """
        moment = self.clock.current() if key is not None else None
        if moment is None or key is None:
            return Outcome(make())
        found = self.memory.get(moment, key)
        if found is not None:
            return Outcome(None, found, moment, "memory")
        at, of = moment, key
        outcome, is_shared = self._flights.share((at, of), lambda: self._looked_up(at, of, make))
        if is_shared and outcome.kept is not None:
            return Outcome(None, outcome.kept, moment, "memory")
        return outcome

    def _looked_up(self, moment: Moment, key: bytes, make: Callable[[], Made]) -> Outcome:
        found = self.memory.get(moment, key)
        if found is not None:
            return Outcome(None, found, moment, "memory")
        if self.shared is not None and (found := self.shared.get(moment, key)) is not None:
            self.memory.put(moment, key, found, size=found.size_bytes)
            return Outcome(None, found, moment, "shared")
        made = make()
        if made.kept is None or not self._is_of(moment, made):
            return Outcome(made)
        self.memory.put(moment, key, made.kept, size=made.kept.size_bytes)
        if self.shared is not None:
            self.shared.put(moment, key, made.kept)
        return Outcome(made, made.kept, moment)

    def _is_of(self, moment: Moment, made: Made) -> bool:
        """Say whether an answer is of this moment, and not partly of the next."""
        if made.clock is not None and made.clock != (moment.value, moment.epoch):
            self.clock.forget()
            return False
        return moment.holds_at(time.time())


@once_for("ANSWER_CACHE_BYTES", "CACHES")
def answers() -> Answers | None:
    """Return the answer cache of this process; None when it is switched off."""
    size_bytes: int = settings.ANSWER_CACHE_BYTES
    if size_bytes <= 0:
        return None
    found = Answers(
        clock=ClockReader(read_moment), size_bytes=size_bytes // 2, shared=_shared_answers()
    )
    on_change("answers", found.clock.forget)
    return found


def _shared_answers() -> SharedAnswers | None:
    cache = settings.CACHES["default"]
    url = cache.get("LOCATION", "")
    if not str(url).startswith(("redis://", "rediss://", "unix://")):
        return None
    database = connections[settings.DELIVERY_DATABASE_ALIAS].settings_dict
    whose = repr((release(), database["HOST"], database["PORT"], str(database["NAME"])))
    digest = hashlib.blake2b(whose.encode(), digest_size=10).hexdigest()
    return SharedAnswers(url, name=f"{cache.get('KEY_PREFIX', '')}:answer:{digest}")
