"""Say how many threads rest, under the server of production."""

from collections.abc import Callable, Iterable
from typing import Any

from cms import leading
from cms.leading import Led

# No rest of a test ends by itself: a thread that is needed has to be woken.
leading.REST_SECONDS = 3_600.0


def _answer(_environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [str(application.leading.resting).encode()]


application = Led(_answer)
