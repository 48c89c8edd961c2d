"""Let one thread of the server lead, and let the others rest, as long as that is faster.

The server gives each request to any thread that waits for one, and makes another when none does.
But only one at a time can use the interpreter: sixteen that take turns answer half as much as one that
goes on. So a thread that has answered rests, if another is there to take the next request; and it
is woken when nobody is, because all who are at work have been for longer than a moment.

Source: docs/adr/0051-leader-and-followers.md; D. Schmidt and others, "Leader/Followers" (2000).
"""

import contextlib
import os
import threading
import time
from collections.abc import Iterable
from threading import get_ident
from time import monotonic
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

# Who has worked for less is expected back sooner than another would be awake.
MOMENT_SECONDS = 0.001
# While nobody works there is nothing to watch over.
PAUSE_SECONDS = 0.005
# After so long a thread gives up its rest, and one that waits is no longer counted on, since the server
# ends those that wait for long.
REST_SECONDS = 2.0
# Of more threads than this those are forgotten that have done nothing for so long.
MANY, FORGOTTEN_SECONDS = 64, 60.0
SERVER = "Granian"


class Leading:
    """Know what each thread that has had a request does now.

    Shape: a thread works on a request, waits at the server for the next, or rests. No lock is taken:
           what changes is one entry at a time, and who leaves does so before it looks at the others.
    """

    def __init__(self) -> None:
        self._working: dict[int, float] = {}
        self._waiting: dict[int, float] = {}
        self._resting: list[tuple[int, threading.Lock]] = []
        self._has_resting = threading.Event()
        self._owner = 0

    @property
    def resting(self) -> int:
        """Return how many threads rest."""
        return len(self._resting)

    def begin(self) -> float:
        """Note that this thread has a request; return what stands for that request alone."""
        mine = get_ident()
        self._waiting.pop(mine, None)
        began = self._working[mine] = monotonic()
        return began

    def end_and_rest(self, began: float) -> None:
        """Let this thread, which is done with a request, rest if another is there.

        Shape: nothing happens in any other thread, or when this one has another request by now.
        """
        mine = get_ident()
        if self._working.get(mine) is not began:
            return
        self._working.pop(mine, None)
        # Of those who are done at the same time the last that looks finds nobody, and stays.
        if (self._working or self._waiting) and self._is_led():
            self._rest()
        self._waiting[mine] = monotonic()

    def wake(self) -> None:
        """End the rest of the thread that lay down last, if any rests.

        Shape: it is counted on from now on, however long it takes to rise: no other is woken for it.
        """
        with contextlib.suppress(IndexError):
            who, bed = self._resting.pop()
            self._waiting[who] = monotonic()
            bed.release()

    def _is_led(self) -> bool:
        """Say whether a thread is there for the next request, or will be in a moment."""
        now = monotonic()
        young, fresh = now - MOMENT_SECONDS, now - REST_SECONDS
        return any(since > fresh for since in list(self._waiting.values())) or any(
            since > young for since in list(self._working.values())
        )

    def _rest(self) -> None:
        if self._owner != os.getpid():
            self._owner = os.getpid()
            threading.Thread(target=self._watch, name="leading", daemon=True).start()
        bed = threading.Lock()
        bed.acquire()
        place = get_ident(), bed
        self._resting.append(place)
        if not self._has_resting.is_set():
            self._has_resting.set()
        if bed.acquire(timeout=REST_SECONDS):
            return
        try:
            self._resting.remove(place)
        except ValueError:
            # It is being woken just now, and must not be at work before that is done.
            bed.acquire()

    def _watch(self) -> None:
        while True:
            self._has_resting.wait()
            time.sleep(MOMENT_SECONDS if self._working else PAUSE_SECONDS)
            if not self._resting:
                self._has_resting.clear()
                # Somebody may have lain down between these two.
                if not self._resting:
                    continue
                self._has_resting.set()
            if not self._is_led():
                self.wake()
            self._forget()

    def _forget(self) -> None:
        """Drop threads that the server has ended."""
        ended = monotonic() - FORGOTTEN_SECONDS
        for threads in (self._waiting, self._working):
            if len(threads) < MANY:
                continue
            for one, since in list(threads.items()):
                if since < ended:
                    threads.pop(one, None)


class Parting(list[bytes]):
    """Be the body of an answer, after which the thread that had the request may rest.

    The server closes iterators. Of a list it only lets go, when it is sent, in that same thread. Where
    something went wrong a traceback may hold on to it: then it goes later, while another request is
    worked on, and must not stop that. Such a thread counts as at work until it has its next.
    """

    __slots__ = ("began", "leading")
    leading: Leading
    began: float

    def __del__(self) -> None:
        self.leading.end_and_rest(self.began)


class Led:
    """Be a WSGI application whose threads lead and follow, where the server is the one we know."""

    def __init__(self, application: WSGIApplication) -> None:
        self.application = application
        self.leading = Leading()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        if environ.get("SERVER_SOFTWARE") != SERVER:
            return self.application(environ, start_response)
        began, body = self.leading.begin(), environ.get("wsgi.input")
        found = self.application(environ, start_response)
        # The server lets go of what was not read of a body when the thread is back; whoever reads it
        # puts something else in its place. What is sent piece by piece keeps its thread for as long as
        # the client takes. Such a thread counts as at work until its next request, like one that failed.
        is_unread = bool(environ.get("CONTENT_LENGTH")) and environ.get("wsgi.input") is body
        if is_unread or type(found) is not list:
            return found
        # Without a method of ours: each request pays for it.
        parting = Parting(found)
        parting.leading, parting.began = self.leading, began
        return parting
