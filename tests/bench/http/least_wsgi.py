"""Be the least that a WSGI application can do on our server: always the same bytes."""

import os
from collections.abc import Iterable
from pathlib import Path
from wsgiref.types import StartResponse, WSGIEnvironment

from cms.leading import Led

ANSWER = Path(os.environ["BENCH_CONSTANT"]).read_bytes()
HEADERS = [("Content-Type", "application/json"), ("Content-Length", str(len(ANSWER)))]


def least(_environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """Answer the bytes."""
    start_response("200 OK", HEADERS)
    return [ANSWER]


application = Led(least)
