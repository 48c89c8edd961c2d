"""One worker does it all, outlives what goes wrong, and gives back what it has not begun."""

import io
import os
import signal
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import OperationalError
from django.utils import timezone

from cms.publishing.keeper import Keeper
from cms.syndication import chores, heartbeat, housekeeping, worker
from cms.syndication.chores import Rounds
from cms.syndication.deliveries import behind as behind_really
from cms.syndication.deliveries import fan_out as fan_out_really
from cms.syndication.models import Delivery
from cms.syndication.worker import Worker
from tests.page_factories import World, make_news
from tests.publishing.published import number_changes_now
from tests.syndication.following import follower_of, make_portal
from tests.syndication.receiver import Receiver, listening

pytestmark = pytest.mark.django_db


class Inline:
    """Run at once, in the test's own thread and transaction, what would run in a pool."""

    def __init__(self, *_: Any, **__: Any) -> None:
        self.waiting: list[Future[None]] = []

    def submit(self, work: Any, *arguments: Any) -> Future[None]:
        future: Future[None] = Future()
        future.set_result(work(*arguments))
        return future

    def shutdown(self, **_: Any) -> None:
        for future in self.waiting:
            future.cancel()


class Busy(Inline):
    """Begin nothing, as a pool whose threads are all taken."""

    def submit(self, work: Any, *arguments: Any) -> Future[None]:
        future: Future[None] = Future()
        self.waiting.append(future)
        return future


@pytest.fixture
def receiver(settings: Any) -> Iterator[Receiver]:
    settings.OUTBOUND_ALLOW_LOOPBACK = True
    with listening() as found:
        yield found


@pytest.fixture(autouse=True)
def connections_kept(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Keep the test's own connection, and count how often it would have been closed."""
    closed: list[str] = []

    class Connections:
        def close_all(self) -> None:
            closed.append("closed")

    monkeypatch.setattr(worker, "connections", Connections())
    return closed


def make_worker(monkeypatch: pytest.MonkeyPatch, pool: type[Inline] = Inline) -> Worker:
    monkeypatch.setattr(worker, "ThreadPoolExecutor", pool)
    return Worker(say=lambda _: None, complain=lambda _: None)


def test_a_step_announces_and_delivers(
    world: World, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_portal(receiver.url)
    make_news(world.news)
    number_changes_now()
    now = timezone.now()

    with time_machine.travel(now, tick=False):
        pause = make_worker(monkeypatch).step()

    assert pause == worker.POLL_SECONDS
    assert len(receiver.requests) == 1
    assert list(Delivery.objects.values_list("state", "attempt")) == [("DELIVERED", 1)]
    assert heartbeat.last_beat() == now


def test_a_step_without_news_is_two_small_statements(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any
) -> None:
    make_portal(receiver.url)
    idle = make_worker(monkeypatch)
    idle.step()

    with django_assert_num_queries(2):
        idle.step()


def test_one_whose_changes_cannot_be_read_stops_nobody_else(
    world: World, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken, good = make_portal(receiver.url), make_portal(receiver.url)
    make_news(world.news)
    number_changes_now()
    real = fan_out_really

    def fan_out(follower: Any, **options: Any) -> int:
        if follower == follower_of(broken):
            raise ValueError(follower)
        return real(follower, **options)

    monkeypatch.setattr(worker, "fan_out", fan_out)

    pause = make_worker(monkeypatch).step()

    assert pause == worker.AFTER_TROUBLE_SECONDS
    assert list(Delivery.objects.values_list("follower", flat=True)) == [good.follower_id]


def test_a_worker_outlives_an_outage_of_the_database(
    monkeypatch: pytest.MonkeyPatch, connections_kept: list[str]
) -> None:
    outages = [OperationalError("gone")]
    real = behind_really

    def behind() -> Any:
        if outages:
            raise outages.pop()
        return real()

    monkeypatch.setattr(worker, "behind", behind)
    working = make_worker(monkeypatch)

    assert [working.step(), working.step()] == [
        worker.AFTER_TROUBLE_SECONDS,
        worker.POLL_SECONDS,
    ]
    assert connections_kept == ["closed"]


def test_what_has_not_begun_is_given_back_at_the_end(
    world: World, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_portal(receiver.url)
    make_news(world.news)
    number_changes_now()
    ending = make_worker(monkeypatch, Busy)
    ending.step()
    assert [d.attempt for d in Delivery.objects.exclude(lease_owner="")] == [1]
    waited_for: list[Any] = []
    monkeypatch.setattr(worker, "wait", lambda sent, **_: waited_for.extend(sent))

    ending.drain()

    assert waited_for == []
    assert list(Delivery.objects.values_list("attempt", "lease_owner", "lease_until")) == [
        (0, "", None)
    ]


def test_an_unknown_failure_of_a_message_is_retried_without_its_words(
    world: World, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_portal(receiver.url)
    make_news(world.news)
    number_changes_now()

    def message_of(*_: Any) -> None:
        raise ValueError("CANARY")

    monkeypatch.setattr("cms.syndication.webhooks.message_of", message_of)

    make_worker(monkeypatch).step()

    (delivery,) = Delivery.objects.all()
    assert delivery.error == "The message could not be made (ValueError)."
    assert (delivery.state, delivery.lease_owner) == ("PENDING", "")


def test_a_lost_end_leaves_the_delivery_to_its_lease(
    world: World, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_portal(receiver.url)
    make_news(world.news)
    number_changes_now()

    def finish(*_: Any, **__: Any) -> None:
        raise OperationalError("gone")

    monkeypatch.setattr("cms.syndication.sending.finish", finish)

    make_worker(monkeypatch).step()

    (delivery,) = Delivery.objects.all()
    assert delivery.state == "PENDING"
    assert delivery.lease_until is not None
    assert len(receiver.requests) == 1


def test_the_command_works_until_it_is_told_to_stop(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []
    ended: list[bool] = []
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}

    def step(self: Worker) -> float:
        seen.append("step")
        if len(seen) == 3:
            os.kill(os.getpid(), signal.SIGTERM)
        return 0.0

    def beside(self: Any, stop: threading.Event) -> None:
        ended.append(stop.wait(60))

    monkeypatch.setattr(Worker, "step", step)
    monkeypatch.setattr(Keeper, "run", beside)
    monkeypatch.setattr(Rounds, "run", beside)
    try:
        call_command("worker", "--threads", "2", stdout=io.StringIO())
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)

    assert seen == ["step"] * 3
    assert ended == [True] * 3


def test_a_lease_shorter_than_an_attempt_is_refused() -> None:
    with pytest.raises(CommandError, match="--lease-seconds must be at least 20"):
        call_command("worker", "--lease-seconds", "10")


# Chores


@pytest.fixture
def no_chores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chores, "_chores", {})


@pytest.mark.usefixtures("no_chores")
def test_chores_are_done_at_once_and_then_at_their_times() -> None:
    done: list[str] = []
    chores.register("often", every_seconds=0, work=lambda _: done.append("often"))
    chores.register("rarely", every_seconds=3600, work=lambda _: done.append("rarely"))
    rounds = Rounds(is_slow=False)

    rounds.step(lambda: False)
    rounds.step(lambda: False)

    assert done == ["often", "rarely", "often"]


@pytest.mark.usefixtures("no_chores")
def test_a_chore_that_fails_is_tried_at_its_next_time_and_stops_no_other() -> None:
    done: list[str] = []

    def fail(_: Any) -> None:
        done.append("failed")
        raise ValueError

    chores.register("bad", every_seconds=0, work=fail)
    chores.register("good", every_seconds=0, work=lambda _: done.append("good"))
    rounds = Rounds(is_slow=False)

    rounds.step(lambda: False)
    rounds.step(lambda: False)

    assert done == ["failed", "good"] * 2


@pytest.mark.usefixtures("no_chores")
def test_quick_chores_do_not_wait_for_slow_ones() -> None:
    done: list[str] = []
    chores.register("slow", every_seconds=0, work=lambda _: done.append("slow"), is_slow=True)
    chores.register("quick", every_seconds=0, work=lambda _: done.append("quick"))

    Rounds(is_slow=False).step(lambda: False)
    assert done == ["quick"]

    Rounds(is_slow=True).step(lambda: False)
    assert done == ["quick", "slow"]


@pytest.mark.usefixtures("no_chores")
def test_no_chore_is_begun_when_the_end_has_come() -> None:
    chores.register("any", every_seconds=0, work=lambda _: pytest.fail("begun"))

    assert Rounds(is_slow=False).step(lambda: True) == []


def test_the_house_is_kept_by_five_chores_one_of_another_room() -> None:
    housekeeping.ask_other_rooms()

    assert Rounds(is_slow=True).step(lambda: False) == [
        "old deliveries",
        "old tombstones",
        "missing renditions",
        "lost files",
        "old counts of the API's use",
    ]
