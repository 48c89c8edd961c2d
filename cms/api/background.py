"""Write down beside the requests what a process has counted, now and then and at its end."""

import logging
import os
import threading
import time
from multiprocessing.util import Finalize

from django.conf import settings
from django.db import connections

from cms.api.board import BOARD
from cms.api.usage.writing import WRITER, Writer

logger = logging.getLogger(__name__)

TALLIES_EVERY_SECONDS = 2.0
USAGE_EVERY_SECONDS = 45.0


class Background:
    """Be the thread that does so; one a process."""

    def __init__(self, writer: Writer = WRITER) -> None:
        self._writer = writer
        self._stop = threading.Event()
        self._pid = 0

    def start(self) -> None:
        """Begin in this process, once; not at all where the settings say so."""
        if self._pid == os.getpid() or not settings.COUNT_IN_BACKGROUND:
            return
        self._pid = os.getpid()
        self._stop.clear()
        threading.Thread(target=self._run, name="counting", daemon=True).start()
        # The server's workers are processes of multiprocessing, which end without `atexit`.
        Finalize(None, self.end, exitpriority=1)

    def end(self) -> None:
        """Stop, and write down what is left."""
        self._stop.set()
        self.write_usage()
        self.write_tallies()

    def write_usage(self) -> None:
        """Write down who asked for what; what cannot be written waits for the next time."""
        try:
            self._writer.write()
        except Exception:
            logger.exception("the use of the API could not be written down")
        finally:
            connections.close_all()

    def write_tallies(self) -> None:
        """Show the other processes what this one has counted."""
        try:
            BOARD.write()
        except OSError:
            logger.exception("the metrics could not be shared")

    def _run(self) -> None:
        next_usage = time.monotonic() + USAGE_EVERY_SECONDS
        while not self._stop.wait(TALLIES_EVERY_SECONDS):
            self.write_tallies()
            if time.monotonic() >= next_usage:
                self.write_usage()
                next_usage = time.monotonic() + USAGE_EVERY_SECONDS


BACKGROUND = Background()
