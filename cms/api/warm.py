"""Make a process ready before its first request: schema, documents, traces, heap.

What lives from the start lives to the end, so the collector need not look at it again and again: that
took more than 100 ms each time.
"""

import gc
import logging
import time

from django.conf import settings

from cms.api import tracing
from cms.api.background import BACKGROUND
from cms.api.documents import trusted
from cms.api.errors import Refused
from cms.api.parse import prepare
from cms.api.schema import schema

logger = logging.getLogger(__name__)


def warm() -> float:
    """Build what every request needs, prepare known documents, freeze the heap; return the seconds.

    Needs no database, so a process starts while there is none.
    """
    started = time.perf_counter()
    schema()
    for text in _documents():
        try:
            prepare(text)
        except Refused as refused:
            # The contract's check says so too; here everybody else is answered all the same.
            logger.warning("a registered document cannot be answered: %s", refused)
    tracing.switch_on()
    BACKGROUND.start()
    gc.collect()
    gc.freeze()
    return time.perf_counter() - started


def _documents() -> list[str]:
    """Return the documents that frontends are known to send."""
    return list(trusted(settings.GRAPHQL_DOCUMENTS_FILE).values())
