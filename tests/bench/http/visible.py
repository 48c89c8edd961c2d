"""Measure how long after its commit a change is in the answers of the endpoint.

python -m tests.bench.http.visible PORT TIMES
"""

import json
import random
import statistics
import sys
import time

import django

from tests.bench.http.questions import Variables, answered
from tests.bench.http.requests import Sending, post

POLL_SECONDS = 0.005
GIVEN_UP_SECONDS = 10
QUERY = "query ($path: String!) { route(path: $path) { page { title } } }"


def _asked(path: str, *, port: int) -> bytes:
    body: Variables = {"query": QUERY, "variables": {"path": path}}
    _status, _headers, content = answered(Sending((post("/graphql", body, port=port),)), port=port)
    return content


def delays(*, port: int, times: int) -> list[float]:
    """Return, for each change, after how many seconds the endpoint answered with it."""
    from cms.publishing import scopes
    from news.models import NewsPage

    found = []
    page = NewsPage.objects.get(slug="news-7")
    for number in range(times):
        # The clock is read on a beat of its own; meet it anywhere.
        time.sleep(random.Random(number).random())
        _asked("/news/news-7/", port=port)
        page.title = f"Changed {number} at {time.time_ns()}"
        with scopes.transaction():
            page.save_revision().publish()
        committed = time.perf_counter()
        while page.title.encode() not in _asked("/news/news-7/", port=port):
            if time.perf_counter() - committed > GIVEN_UP_SECONDS:
                break
            time.sleep(POLL_SECONDS)
        found.append(time.perf_counter() - committed)
    return found


def main() -> None:
    """Print the median and the longest delay as JSON."""
    django.setup()
    found = delays(port=int(sys.argv[1]), times=int(sys.argv[2]))
    sys.stdout.write(json.dumps({"median": statistics.median(found), "most": max(found)}))


if __name__ == "__main__":
    main()
