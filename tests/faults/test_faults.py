"""A frozen PostgreSQL costs readers a moment, a frozen or emptied Redis next to nothing."""

import time
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import psycopg
import pytest
import redis

from cms.api.spending import DEADLINE_SECONDS
from cms.publishing.reading.watchdog import GRACE_SECONDS, TICK_SECONDS
from tests.faults.site import Site, Told

pytestmark = [pytest.mark.postgres, pytest.mark.slow]
# What is beside the reading: this machine does other things as well.
MARGIN_SECONDS = 1.0
LATEST_SECONDS = DEADLINE_SECONDS + GRACE_SECONDS + 2 * TICK_SECONDS + MARGIN_SECONDS
READERS = 4
# What a silent Redis may cost once, and what an answer takes on a busy machine.
SILENT_SECONDS = 0.25 + 0.5
QUICK_SECONDS = 0.2
TITLES = "{ news(first: 50) { nodes { title } } }"


def assert_comes_again_later(told: Told) -> None:
    assert told.status == 503, told
    assert told.content["errors"][0]["extensions"]["code"] == "SERVICE_UNAVAILABLE"
    assert int(told.headers["retry-after"]) > 0
    assert told.seconds < LATEST_SECONDS


def test_a_database_frozen_while_it_is_read(site: Site) -> None:
    assert site.ask_anew().status == 200
    address = f"postgres://postgres@127.0.0.1:{site.database.port}/site"
    with psycopg.connect(address) as holding:
        holding.execute("LOCK TABLE publishing_publisheditem IN ACCESS EXCLUSIVE MODE")
        with site.asking(READERS) as reading:
            time.sleep(0.5)
            with site.database.frozen():
                for reader in reading:
                    assert_comes_again_later(reader.result())

    assert site.ask_anew().status == 200


def test_a_database_frozen_before_it_is_asked(site: Site) -> None:
    assert site.ask_anew().status == 200
    # The clock that was read is no longer good enough.
    time.sleep(1)

    with site.database.frozen():
        for _ in range(2):
            assert_comes_again_later(site.ask_anew())
        with site.asking(READERS) as reading:
            for reader in reading:
                assert_comes_again_later(reader.result())

    assert site.ask_anew().status == 200


def test_a_frozen_redis_is_waited_for_once(site: Site) -> None:
    assert site.ask_anew().status == 200

    with site.cache.frozen():
        told = [site.ask_anew() for _ in range(10)]

    assert [one.status for one in told] == [200] * 10, told
    seconds = sorted((one.seconds for one in told), reverse=True)
    assert seconds[0] < SILENT_SECONDS
    assert seconds[1] < QUICK_SECONDS
    assert site.ask_anew().status == 200


def test_a_redis_that_is_emptied_again_and_again(site: Site) -> None:
    is_over, wrong = Event(), []

    def read() -> int:
        asked = 0
        while not is_over.is_set():
            told = site.ask(TITLES)
            asked += 1
            if told.status != 200 or "errors" in told.content:
                wrong.append(told)
        return asked

    with (
        redis.Redis(port=site.cache.port) as cache,
        ThreadPoolExecutor(READERS) as pool,
    ):
        readers = [pool.submit(read) for _ in range(READERS)]
        try:
            for number in range(4):
                cache.flushall()
                site.editor.do("publish", title=f"Emptied {number}")
                time.sleep(1)
                cache.flushall()
                nodes = site.ask(TITLES).content["data"]["news"]["nodes"]
                assert f"Emptied {number}" in {node["title"] for node in nodes}
        finally:
            is_over.set()
        assert all(reader.result() for reader in readers)

    assert wrong == []
