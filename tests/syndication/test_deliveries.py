"""Leases, retries, coalescing, order and the breaker: the same for every channel."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from cms.syndication import breaker, channels, leases
from cms.syndication.channels import Announcement, Batch, Route
from cms.syndication.deliveries import KEEP, fan_out, purge, replay
from cms.syndication.leases import finish, lease, pause_seconds, release
from cms.syndication.models import Channel, Delivery, DeliveryState, Follower
from cms.syndication.outbound import Reply

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 5, 4, 10, 0, tzinfo=dt.UTC)
OK, BROKEN = Reply(204), Reply(500, b"out of order")


@dataclass
class Line:
    """Be a channel whose changes a test makes up."""

    changes: list[Announcement] = field(default_factory=list)
    gives_up: bool = True

    def after(self, follower: Follower, limit: int) -> Batch:
        new = [change for change in self.changes if change.seq > follower.position]
        new.sort(key=lambda change: change.seq)
        page = new[:limit]
        position = page[-1].seq if page else follower.position
        return Batch(page, position, has_more=len(new) > limit)

    def change(self, thing: str, *, is_withdrawal: bool = False) -> int:
        """Change a thing; like the clock's rows, it is listed once, at its latest state."""
        seq = max((change.seq for change in self.changes), default=0) + 1
        self.changes = [change for change in self.changes if change.public_id != thing]
        self.changes.append(Announcement(thing, seq, seq, is_withdrawal))
        return seq


@pytest.fixture
def line(monkeypatch: pytest.MonkeyPatch) -> Line:
    found = Line()
    route = Route(changes=found.after, send=lambda _: None)
    monkeypatch.setattr(channels, "_routes", {Channel.WEBHOOK.value: route})
    return found


@pytest.fixture
def no_jitter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leases, "JITTER", 0)


@pytest.fixture(autouse=True)
def at_ten() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def make_follower(name: str = "portal:1", **fields: Any) -> Follower:
    return Follower.objects.create(channel=Channel.WEBHOOK, name=name, **fields)


def proven(follower: Follower) -> Follower:
    """Let a follower have taken something lately, so that it gets more than one at once."""
    follower.window_started_at, follower.window_attempts = timezone.now(), 1
    follower.save()
    return follower


def only() -> Delivery:
    return Delivery.objects.select_related("follower").get()


def take_one() -> Delivery:
    (delivery,) = lease("worker", limit=1)
    return delivery


def held(delivery: Delivery) -> tuple[str, int, str]:
    fresh = Delivery.objects.get(pk=delivery.pk)
    return fresh.state, fresh.attempt, fresh.lease_owner


# Fan-out


def test_each_thing_is_announced_once_and_the_position_moves_on(line: Line) -> None:
    follower = make_follower()
    line.change("a")
    line.change("b", is_withdrawal=True)
    line.change("a")

    assert fan_out(follower) == 2
    assert fan_out(follower) == 0

    rows = Delivery.objects.order_by("seq").values_list("public_id", "seq", "is_withdrawal")
    assert list(rows) == [("b", 2, True), ("a", 3, False)]
    follower.refresh_from_db()
    assert follower.position == 3


def test_many_changes_are_announced_in_pages(line: Line) -> None:
    follower = make_follower()
    for number in range(7):
        line.change(f"thing {number}")

    assert fan_out(follower, limit=3, pages=1) == 3
    assert fan_out(follower, limit=3) == 4
    assert Delivery.objects.count() == 7


def test_an_inactive_follower_stands_still(line: Line) -> None:
    follower = make_follower(is_active=False)
    line.change("a")

    assert fan_out(follower) == 0
    assert Delivery.objects.count() == 0


def test_a_failure_in_the_middle_announces_nothing_and_moves_nobody(
    line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    follower = make_follower()
    line.change("a")
    monkeypatch.setattr("cms.syndication.deliveries.new_message_id", lambda: None)

    with pytest.raises(Exception, match=r"(?i)null"):
        fan_out(follower)

    follower.refresh_from_db()
    assert (follower.position, Delivery.objects.count()) == (0, 0)


# Leases


def test_what_one_has_nobody_else_gets(line: Line) -> None:
    follower = proven(make_follower())
    line.change("a")
    line.change("b")
    fan_out(follower)

    first = lease("one", limit=1)
    second = lease("two", limit=5)

    assert [delivery.public_id for delivery in (*first, *second)] == ["a", "b"]
    assert lease("three", limit=5) == []


def test_a_lease_that_ran_out_is_taken_over_and_the_late_one_changes_nothing(line: Line) -> None:
    fan_out_one(line)
    late = take_one()

    with time_machine.travel(NOW + dt.timedelta(seconds=60), tick=False):
        taken_over = take_one()
        finish(late, reply=BROKEN)
        assert held(taken_over) == ("PENDING", 2, taken_over.lease_owner)
        finish(taken_over, reply=OK)

    assert taken_over.message_id == late.message_id
    assert held(late)[0] == DeliveryState.DELIVERED


def fan_out_one(line: Line) -> Follower:
    follower = make_follower()
    line.change("a")
    fan_out(follower)
    return follower


def test_what_was_not_begun_is_given_back_without_counting(line: Line) -> None:
    fan_out_one(line)
    delivery = take_one()

    release([delivery])

    assert held(delivery) == ("PENDING", 0, "")


def test_an_unproven_or_failing_follower_holds_one_sender_and_a_proven_one_four(
    line: Line,
) -> None:
    new, good = make_follower("new"), proven(make_follower("good"))
    bad = proven(make_follower("bad"))
    bad.window_failures = 1
    bad.save()
    for number in range(9):
        line.change(f"thing {number}")
    for follower in (new, good, bad):
        fan_out(follower)

    taken = [delivery.follower.name for delivery in lease("worker", limit=100)]

    assert sorted(taken) == ["bad", "good", "good", "good", "good", "new"]
    assert lease("other", limit=100) == []


def test_followers_in_doubt_leave_room_for_the_others(line: Line) -> None:
    line.change("a")
    for number in range(3):
        fan_out(make_follower(f"new {number}"))
    fan_out(proven(make_follower("good")))

    first = lease("worker", limit=3, doubtful=1)
    second = lease("worker", limit=3, doubtful=0)

    assert sorted(delivery.follower.name for delivery in first) == ["good", "new 0"]
    assert second == []


def test_looking_for_work_is_one_statement(line: Line, django_assert_num_queries: Any) -> None:
    fan_out_one(line)
    finish(take_one(), reply=OK)

    with django_assert_num_queries(1):
        assert lease("worker", limit=10) == []


# Order and coalescing


def test_a_newer_change_does_not_overtake_the_one_on_its_way(line: Line) -> None:
    follower = fan_out_one(line)
    on_its_way = take_one()
    line.change("a")
    fan_out(follower)

    assert lease("other", limit=5) == []
    finish(on_its_way, reply=OK)
    (newer,) = lease("other", limit=5)

    assert (newer.seq, newer.attempt) == (2, 1)
    assert newer.message_id != on_its_way.message_id
    rows = Delivery.objects.order_by("seq").values_list("message_id", "state", "version")
    assert list(rows) == [
        (on_its_way.message_id, "DELIVERED", 1),
        (newer.message_id, "PENDING", 2),
    ]


def test_a_failure_of_the_older_one_leaves_the_newer_one_due_at_once(line: Line) -> None:
    follower = fan_out_one(line)
    on_its_way = take_one()
    line.change("a")
    fan_out(follower)

    finish(on_its_way, reply=BROKEN)

    newer = only()
    assert (newer.seq, newer.attempt, newer.due_at, newer.status) == (2, 0, NOW, None)
    assert take_one().pk == newer.pk


def test_a_newer_change_ends_the_waiting_of_an_older_one(line: Line) -> None:
    follower = fan_out_one(line)
    finish(take_one(), reply=BROKEN)
    assert lease("worker", limit=1) == []

    line.change("a", is_withdrawal=True)
    fan_out(follower)

    assert (take_one().attempt, only().is_withdrawal) == (1, True)


# The schedule


@pytest.mark.usefixtures("no_jitter")
def test_ten_attempts_are_made_at_exactly_the_promised_times(line: Line) -> None:
    fan_out_one(line)
    made: list[dt.timedelta] = []
    with time_machine.travel(NOW, tick=False) as clock:
        while only().state == DeliveryState.PENDING:
            clock.move_to(max(only().due_at, timezone.now()))
            clock.shift(-0.001)
            assert lease("worker", limit=1) == [] or not made
            clock.shift(0.001)
            open_breaker()
            delivery = next(iter(lease("worker", limit=1)), None) or only()
            made.append(timezone.now() - NOW)
            finish(delivery, reply=BROKEN)

    steps = [0, 5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400]
    assert [step.total_seconds() for step in made] == [sum(steps[: n + 1]) for n in range(10)]
    ended = only()
    assert (ended.state, ended.attempt, ended.status) == ("FAILED", 10, 500)
    assert (ended.answer, ended.error) == ("out of order", "The answer was 500.")


def open_breaker() -> None:
    """Let attempts through that the breaker would hold back."""
    Follower.objects.update(open_until=None, window_attempts=0, window_failures=0)


@pytest.mark.parametrize("attempt", range(1, 10))
def test_jitter_is_a_fifth_at_the_most(attempt: int) -> None:
    step = leases.SCHEDULE_SECONDS[attempt]

    waits = [pause_seconds(attempt) for _ in range(300)]

    assert 0.8 * step <= min(waits) < 0.9 * step
    assert 1.1 * step < max(waits) <= 1.2 * step


@pytest.mark.usefixtures("no_jitter")
@pytest.mark.parametrize(
    ("asked", "waited"), [(None, 5), (1, 5), (120, 120), (86_400, 86_400), (10**9, 86_400)]
)
def test_retry_after_is_honoured_within_bounds(
    asked: float | None, waited: int, line: Line
) -> None:
    fan_out_one(line)

    finish(take_one(), reply=Reply(429, b"", asked))

    assert only().due_at == NOW + dt.timedelta(seconds=waited)


@pytest.mark.usefixtures("no_jitter")
def test_a_channel_may_never_give_up(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    route = Route(changes=line.after, send=lambda _: None, gives_up=False)
    monkeypatch.setattr(channels, "_routes", {Channel.WEBHOOK.value: route})
    fan_out_one(line)
    Delivery.objects.update(attempt=30)

    finish(take_one(), reply=BROKEN)

    assert only().due_at == NOW + dt.timedelta(days=1)


@pytest.mark.parametrize("status", [199, 300, 301, 302, 304, 307, 400, 401, 404, 429, 500, 503])
def test_only_200_to_299_is_delivered(status: int, line: Line) -> None:
    fan_out_one(line)

    finish(take_one(), reply=Reply(status))

    assert (only().state, only().status) == ("PENDING", status)


@pytest.mark.parametrize("status", [200, 202, 204, 299])
def test_any_2xx_is_delivered(status: int, line: Line) -> None:
    fan_out_one(line)

    finish(take_one(), reply=Reply(status))

    assert (only().state, only().finished_at, only().error) == ("DELIVERED", NOW, "")


def test_a_redirect_says_what_to_do(line: Line) -> None:
    fan_out_one(line)

    finish(take_one(), reply=Reply(302))

    assert only().error == "The answer was 302: redirects are not followed. Correct the address."


def test_one_kib_of_an_answer_is_kept_whatever_it_holds(line: Line) -> None:
    fan_out_one(line)

    finish(take_one(), reply=Reply(500, b"\x00\xff" + b"x" * 5000))

    assert only().answer == "\ufffd\ufffd" + "x" * 1022


def test_410_pauses_the_follower(line: Line) -> None:
    fan_out_one(line)

    finish(take_one(), reply=Reply(410))

    assert not only().follower.is_active
    assert lease("worker", limit=1) == []


def test_nothing_to_deliver_any_more_ends_without_a_trace(line: Line) -> None:
    fan_out_one(line)

    finish(take_one(), reply=None)

    assert Delivery.objects.count() == 0


# The breaker


def attempts(follower: Follower, *, ok: int = 0, bad: int = 0) -> Follower:
    for is_success in [True] * ok + [False] * bad:
        breaker.record(follower, is_success=is_success, now=timezone.now())
    return follower


@pytest.mark.parametrize(
    ("ok", "bad", "is_open"),
    [(0, 9, False), (0, 10, True), (5, 5, True), (6, 5, False), (90, 10, False)],
)
def test_the_breaker_opens_at_ten_attempts_of_which_half_failed(
    ok: int, bad: int, is_open: bool
) -> None:
    follower = attempts(make_follower(), ok=ok, bad=bad)

    assert (follower.open_until == NOW + breaker.OPEN_FOR) == is_open


def test_attempts_of_another_window_do_not_count() -> None:
    follower = attempts(make_follower(), bad=9)

    with time_machine.travel(NOW + breaker.WINDOW, tick=False):
        attempts(follower, bad=9)

    assert follower.open_until is None


def test_nothing_passes_an_open_breaker_then_one_probe_does(line: Line) -> None:
    follower = attempts(make_follower(), bad=10)
    for number in range(5):
        line.change(f"thing {number}")
    fan_out(follower)
    assert lease("worker", limit=5) == []

    with time_machine.travel(NOW + breaker.OPEN_FOR, tick=False):
        (probe,) = lease("worker", limit=5)
        finish(probe, reply=BROKEN)
        assert lease("worker", limit=5) == []

    with time_machine.travel(NOW + 2 * breaker.OPEN_FOR, tick=False):
        (probe,) = lease("worker", limit=5)
        finish(probe, reply=OK)
        follower.refresh_from_db()
        assert follower.open_until is None
        assert len(lease("worker", limit=5)) == 4


def test_a_dead_follower_delays_nobody(line: Line) -> None:
    dead, alive = attempts(make_follower("dead"), bad=10), make_follower("alive")
    line.change("a")
    fan_out(dead)
    fan_out(alive)

    assert [delivery.follower.name for delivery in lease("worker", limit=5)] == ["alive"]


# Afterwards


def test_replay_sends_again_under_the_same_id(line: Line) -> None:
    fan_out_one(line)
    delivery = take_one()
    Delivery.objects.update(attempt=10)
    delivery.attempt = 10
    finish(delivery, reply=BROKEN)
    assert only().state == DeliveryState.FAILED

    assert replay(Delivery.objects.filter(state=DeliveryState.FAILED)) == 1

    again = take_one()
    assert (again.message_id, again.attempt) == (delivery.message_id, 1)


def test_replay_leaves_alone_what_something_newer_waits_for(line: Line) -> None:
    follower = fan_out_one(line)
    finish(take_one(), reply=OK)
    line.change("a")
    fan_out(follower)

    assert replay(Delivery.objects.all()) == 0
    assert sorted(Delivery.objects.values_list("state", flat=True)) == ["DELIVERED", "PENDING"]


def test_replay_of_a_range_takes_the_newest_of_each_thing(line: Line) -> None:
    follower = proven(make_follower())
    for thing in ("a", "b", "a"):
        line.change(thing)
        fan_out(follower)
        finish(take_one(), reply=OK)

    assert replay(Delivery.objects.all()) == 2

    pending = Delivery.objects.filter(state=DeliveryState.PENDING).order_by("seq")
    assert list(pending.values_list("public_id", "seq")) == [("b", 2), ("a", 3)]


def test_purge_keeps_what_a_follower_holds_and_what_is_young(line: Line) -> None:
    follower = proven(make_follower())
    for thing, is_withdrawal in [("a", False), ("a", False), ("b", False), ("b", True)]:
        line.change(thing, is_withdrawal=is_withdrawal)
        fan_out(follower)
        finish(take_one(), reply=OK)

    assert purge(now=NOW + KEEP) == 0
    assert purge(now=NOW + KEEP + dt.timedelta(seconds=1)) == 3

    assert list(Delivery.objects.values_list("public_id", "seq")) == [("a", 2)]
