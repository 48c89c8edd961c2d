"""Know the present moment of the content clock without asking the database at each request."""

import threading
import time
from collections.abc import Callable

from cms.publishing.reading.moments import Moment

# What was read may be used for so long. With the time that reading takes it stays within a second.
KEPT_SECONDS = 0.9
Read = Callable[[Moment | None], Moment | None]


class ClockReader:
    """Read the clock at most once in `kept_seconds`, in the request that finds it old.

    Shape: threads that find it old together wait for one of them; if it fails, it has failed for all,
           so that nobody waits for a database that does not answer longer than one does.
    """

    def __init__(self, read: Read, *, kept_seconds: float = KEPT_SECONDS) -> None:
        self._read = read
        self.kept_seconds = kept_seconds
        self._lock = threading.Lock()
        self._held: tuple[Moment, float] | None = None
        self._latest: Moment | None = None
        self._forgotten = 0
        self._failed: tuple[float, Exception] | None = None

    def held(self) -> Moment | None:
        """Return the present moment if it is known, without any input or output."""
        held = self._held
        if held is None:
            return None
        moment, until = held
        return moment if time.monotonic() < until and moment.holds_at(time.time()) else None

    def current(self) -> Moment | None:
        """Return the present moment, None where there is none to rely on.

        Raises: DatabaseError when it cannot be read.
        """
        found = self.held()
        if found is not None:
            return found
        came = time.monotonic()
        with self._lock:
            found = self.held()
            if found is not None:
                return found
            if self._failed is not None and self._failed[0] > came:
                raise self._failed[1]
            try:
                return self._renew()
            except Exception as error:
                self._failed = time.monotonic(), error
                raise

    def forget(self) -> None:
        """Read it anew next time, because something was committed."""
        self._forgotten += 1
        self._held = None

    def _renew(self) -> Moment | None:
        self._held = None
        forgotten, started = self._forgotten, time.monotonic()
        moment = self._read(self._latest)
        self._latest = moment
        # What was committed while it was read may not be in it.
        if moment is not None and forgotten == self._forgotten:
            self._held = moment, started + self.kept_seconds
        return moment
