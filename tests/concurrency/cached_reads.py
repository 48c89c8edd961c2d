"""Read through one item cache in several threads while other processes write what it keeps.

A term goes through states: shown with the label "1", hidden, shown with the label "2", and so on. A
reader looks at the row first and asks the endpoint then: the answer must never be of a state before.
"""

import random
import threading
from collections.abc import Callable
from typing import Any

import orjson

from tests.concurrency.actors import number_of
from tests.concurrency.processes import collected, forked, next_order, report

TERMS = 4
THREADS = 3
WRITTEN, READ = b"w", b"r"
CODES = [f"RACE_{number}" for number in range(TERMS)]
QUERY = "{ news(first: 20) { totalCount nodes { topics { code label } } } }"


def make_terms() -> None:
    """Give every news the same topics."""
    from cms.content.models import Term
    from cms.publishing.scopes import transaction
    from news.models import NewsPage

    with transaction():
        terms = [
            Term.objects.create(scheme="NEWS_TOPIC", code=code, label_en="0") for code in CODES
        ]
        for page in NewsPage.objects.all():
            page.topics.set(terms)
            page.save_revision().publish()


def writer(number: int, *, times: int) -> Callable[[], int]:
    """Return work that moves every second term from state to state, each time when told to."""

    def work() -> int:
        from cms.content.models import Term
        from cms.publishing.scopes import transaction

        chance = random.Random(number)
        done = 0
        for step in range(1, times + 1):
            next_order()
            term = Term.objects.get(code=CODES[2 * chance.randrange(TERMS // 2) + number])
            with transaction():
                term.live = not term.live if chance.random() < 0.5 else term.live
                term.label_en = str(step) if term.live else term.label_en
                term.save()
            done += 1
            report(WRITTEN)
        return done

    return work


def states() -> dict[str, tuple[int, bool]]:
    """Return the label and whether it is shown, of each term, as its row says."""
    from cms.content.models import Term
    from cms.publishing.models import PublishedItem

    keys = {f"term:{term.pk}": term.code for term in Term.objects.filter(code__in=CODES)}
    rows = PublishedItem.objects.filter(key__in=keys)
    return {
        keys[key]: (int(orjson.loads(head)["label"]["en"]) if shown else -1, shown)
        for key, head, shown in rows.values_list("key", "head", "visible")
    }


def labels() -> dict[str, int]:
    """Return the labels that the endpoint answers, through the cache of this process."""
    from cms.publishing.reading.answering import answer_bytes
    from cms.publishing.reading.context import ReadContext
    from cms.publishing.reading.execute import Operation

    body, errors = answer_bytes(Operation(_document()), None, ReadContext())
    assert not errors, errors
    nodes = orjson.loads(body)["data"]["news"]["nodes"]
    answers = {tuple((t["code"], int(t["label"])) for t in node["topics"]) for node in nodes}
    assert len(answers) == 1, answers
    return dict(answers.pop())


_documents: list[Any] = []


def _document() -> Any:
    from graphql import parse

    if not _documents:
        _documents.append(parse(QUERY))
    return _documents[0]


def read() -> dict[str, Any]:
    """Read in threads until told to end, and return what was stale.

    Shape: whenever each thread has read once more, that is reported.
    """
    from cms.publishing.reading.item_cache import shared_items

    stale: list[str] = []
    reads = [0] * THREADS
    stop, counting = threading.Event(), threading.Lock()
    latest: dict[str, int] = {}

    def count(thread: int) -> None:
        with counting:
            before = min(reads)
            reads[thread] += 1
            if min(reads) > before:
                report(READ)

    def follow(thread: int) -> None:
        from django.db import connections

        while not stop.is_set():
            before = states()
            highest = dict(latest)
            try:
                answered = labels()
            except Exception as error:  # noqa: BLE001 - shown by the test
                stale.append(f"{type(error).__name__}: {error}")
                continue
            finally:
                count(thread)
            for code, (label, _shown) in before.items():
                floor = max(label, highest.get(code, -1))
                if answered.get(code, floor) < floor:
                    stale.append(f"{code}: {answered[code]} after {floor}")
                latest[code] = max(latest.get(code, -1), label)
        connections.close_all()

    threads = [threading.Thread(target=follow, args=(n,)) for n in range(THREADS)]
    for thread in threads:
        thread.start()
    next_order()
    stop.set()
    for thread in threads:
        thread.join()
    shown = {code: label for code, (label, is_shown) in states().items() if is_shown}
    return {
        "stale": stale[:5],
        "kept": len(shared_items()),
        "moves": shared_items().generation,
        "is_equal": labels() == shown,
    }


def race() -> dict[str, Any]:
    """Let two processes write and one read, in threads.

    After each turn of the writers, every thread reads at least once.
    """
    make_terms()
    times = number_of("RACES", 25)
    reading = forked(read)
    writing = [forked(writer(number, times=times)) for number in range(2)]
    for _ in range(times):
        for process in writing:
            process.tell()
        for process in writing:
            assert process.wait_for(WRITTEN), process.collect()
        # The first of these may have begun before what was written.
        reading.count(READ)
        assert reading.wait_for(READ, times=2), reading.collect()
    done = collected(writing)
    reading.tell()
    return {"not_done": 2 * times - sum(done), "turns": times, **reading.collect()}
