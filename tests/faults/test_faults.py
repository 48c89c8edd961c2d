"""Nobody waits for a frozen PostgreSQL or Redis, and an emptied Redis changes nothing."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Event

import psycopg
import pytest
import redis

from tests.faults.site import Site, Told
from tests.waiting import wait_until

pytestmark = [pytest.mark.postgres, pytest.mark.deep]
READERS = 4
TITLES = "{ news(first: 50) { nodes { title } } }"
WAITING = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND wait_event_type = 'Lock'
"""


def assert_comes_again_later(told: Told) -> None:
    assert told.status == 503, told
    assert told.content["errors"][0]["extensions"]["code"] == "SERVICE_UNAVAILABLE"
    assert int(told.headers["retry-after"]) > 0


def test_a_database_frozen_while_it_is_read(site: Site) -> None:
    assert site.ask_anew().status == 200
    address = f"postgres://postgres@127.0.0.1:{site.database.port}/site"
    with psycopg.connect(address) as holding, psycopg.connect(address, autocommit=True) as seeing:
        holding.execute("LOCK TABLE publishing_publisheditem IN ACCESS EXCLUSIVE MODE")

        def reads() -> bool:
            row = seeing.execute(WAITING).fetchone()
            return row is not None and row[0] > 0

        with site.asking(READERS) as reading:
            wait_until(reads, what="a statement that waits for the table")
            with site.database.frozen():
                for reader in reading:
                    assert_comes_again_later(reader.result())

    assert site.ask_anew().status == 200


def test_a_database_frozen_before_it_is_asked(site: Site) -> None:
    assert site.ask_anew().status == 200

    with site.database.frozen():
        for _ in range(2):
            assert_comes_again_later(site.ask_anew())
        with site.asking(READERS) as reading:
            for reader in reading:
                assert_comes_again_later(reader.result())

    assert site.ask_anew().status == 200


def test_a_frozen_redis_is_not_tried_for_each_answer(site: Site) -> None:
    assert site.ask_anew().status == 200
    before = site.failures_of_cache()

    with site.cache.frozen():
        told = [site.ask_anew() for _ in range(20)]
        tried = site.failures_of_cache() - before

    assert [one.status for one in told] == [200] * 20, told
    # It is tried once, and then once in five seconds.
    assert 0 < tried < 10
    assert site.ask_anew().status == 200


def shows(site: Site, title: str) -> bool:
    nodes = site.ask(TITLES).content["data"]["news"]["nodes"]
    return title in {node["title"] for node in nodes}


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
                title = f"Emptied {number}"
                cache.flushall()
                site.editor.do("publish", title=title)
                wait_until(partial(shows, site, title), what=title)
                cache.flushall()
                assert shows(site, title)
        finally:
            is_over.set()
        assert all(reader.result() for reader in readers)

    assert wrong == []
