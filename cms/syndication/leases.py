"""Give due deliveries to workers for a while, and write down how each attempt went.

Everybody who locks rows locks the follower first, then its deliveries.

Source: the schedule of Standard Webhooks 1.0; `docs/adr/0027-push.md`.
"""

import datetime as dt
import random
import uuid
from collections.abc import Sequence

from django.db.models import Count, F, Min, Q, QuerySet
from django.utils import timezone

from cms.publishing.turns import own_transaction
from cms.syndication import breaker
from cms.syndication.channels import route_of
from cms.syndication.models import Delivery, DeliveryState, Follower
from cms.syndication.outbound import Reply

# How long after the attempt before it each attempt is made, in seconds.
SCHEDULE_SECONDS = (0, 5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400)
JITTER = 0.2
RETRY_AFTER_SECONDS_MAX = 86_400.0
# Longer than an attempt and what is written around it, shorter than the promised minute.
LEASE_SECONDS = 45.0
ANSWER_BYTES_MAX = 1024
GONE = 410

_chance = random.SystemRandom()


def lease(
    owner: str,
    *,
    limit: int,
    doubtful: int | None = None,
    now: dt.datetime | None = None,
    seconds: float = LEASE_SECONDS,
) -> list[Delivery]:
    """Take deliveries that are due, for a while; nobody else gets them meanwhile.

    Shape: at most `limit`, and at most `doubtful` of them to followers in doubt; of each follower no
           more than it may have on their way at once, oldest first. Each counts as an attempt.
    """
    now = now or timezone.now()
    # Looking costs little; a transaction is opened only where there is something to take.
    if limit <= 0 or not (waiting := _waiting(now)):
        return []
    token = f"{owner[:40]}:{uuid.uuid4().hex[:16]}"
    until = now + dt.timedelta(seconds=seconds)
    with own_transaction():
        held = Follower.objects.filter(pk__in=waiting).select_for_update(skip_locked=True)
        followers = {follower.pk: follower for follower in held}
        on_their_way = _on_their_way(followers, now=now)
        room = {True: limit if doubtful is None else doubtful, False: limit}
        for follower in [followers[pk] for pk in waiting if pk in followers]:
            in_doubt = breaker.is_doubtful(follower)
            free = breaker.share(follower) - on_their_way.get(follower.pk, 0)
            count = min(free, limit, room[in_doubt])
            taken = _take(follower.pk, count=count, token=token, until=until, now=now)
            limit -= taken
            room[in_doubt] -= taken
    mine = Delivery.objects.filter(lease_owner=token).select_related("follower")
    return list(mine.order_by("due_at", "pk"))


def release(deliveries: Sequence[Delivery]) -> None:
    """Give back what was taken and not begun; it does not count as an attempt."""
    if not deliveries:
        return
    with own_transaction():
        for delivery in deliveries:
            _held(delivery).filter(message_id=delivery.message_id).update(attempt=F("attempt") - 1)
            _held(delivery).update(lease_until=None, lease_owner="")


def finish(
    delivery: Delivery, *, reply: Reply | None, error: str = "", now: dt.datetime | None = None
) -> None:
    """Write down how an attempt went: delivered, to be tried again, or given up.

    Shape: without a reply, `error` says what happened; without either there was nothing to deliver.
    """
    now = now or timezone.now()
    with own_transaction():
        follower = locked(delivery.follower_id)
        if follower is None:
            return
        if reply is None and not error:
            _end(delivery, state=None, now=now)
            return
        is_success = reply is not None and reply.is_success
        breaker.record(follower, is_success=is_success, now=now)
        delivery.status = reply.status if reply else None
        delivery.answer = _readable(reply.body_start) if reply else ""
        delivery.error = error or _in_words(reply)
        if is_success:
            _end(delivery, state=DeliveryState.DELIVERED, now=now)
        elif reply is not None and reply.status == GONE:
            _wait(delivery, attempt=0, due_at=now)
            if route := route_of(follower.channel):
                route.gone(follower)
        elif delivery.attempt >= len(SCHEDULE_SECONDS) and _gives_up(follower):
            _end(delivery, state=DeliveryState.FAILED, now=now)
        else:
            wait = pause_seconds(delivery.attempt, retry_after=reply.retry_after if reply else None)
            _wait(delivery, attempt=delivery.attempt, due_at=now + dt.timedelta(seconds=wait))


def pause_seconds(attempt: int, *, retry_after: float | None = None) -> float:
    """Return how long to wait after an attempt has failed; the first attempt is 1.

    Shape: the step of the schedule, a fifth more or less, so that followers which failed together do
           not come back together; longer where the other side asked for it, a day at the most.
    """
    step = SCHEDULE_SECONDS[min(attempt, len(SCHEDULE_SECONDS) - 1)]
    planned = step * _chance.uniform(1 - JITTER, 1 + JITTER)
    return max(planned, min(retry_after or 0.0, RETRY_AFTER_SECONDS_MAX))


def locked(pk: int) -> Follower | None:
    """Return a follower whose row nobody else may change until the transaction ends."""
    return Follower.objects.select_for_update().filter(pk=pk).first()


def _gives_up(follower: Follower) -> bool:
    route = route_of(follower.channel)
    return route is None or route.gives_up


def _due(now: dt.datetime) -> QuerySet[Delivery]:
    is_free = Q(lease_until=None) | Q(lease_until__lte=now)
    return Delivery.objects.filter(is_free, state=DeliveryState.PENDING, due_at__lte=now)


def _waiting(now: dt.datetime) -> list[int]:
    """Return the followers for whom something is due, who waits longest first."""
    is_closed = Q(follower__open_until=None) | Q(follower__open_until__lte=now)
    due = _due(now).filter(is_closed, follower__is_active=True).values("follower_id")
    rows = due.annotate(first=Min("due_at")).order_by("first", "follower_id")
    return [row["follower_id"] for row in rows]


def _on_their_way(followers: dict[int, Follower], *, now: dt.datetime) -> dict[int, int]:
    held = Delivery.objects.filter(
        follower_id__in=followers, state=DeliveryState.PENDING, lease_until__gt=now
    )
    return dict(held.values_list("follower_id").annotate(count=Count("pk")).order_by())


def _take(follower: int, *, count: int, token: str, until: dt.datetime, now: dt.datetime) -> int:
    if count <= 0:
        return 0
    due = _due(now).filter(follower_id=follower).order_by("due_at", "seq")
    pks = list(due.select_for_update(skip_locked=True).values_list("pk", flat=True)[:count])
    return Delivery.objects.filter(pk__in=pks).update(
        lease_owner=token, lease_until=until, attempt=F("attempt") + 1
    )


def _held(delivery: Delivery) -> QuerySet[Delivery]:
    """Return the row while it is still leased to whoever took this delivery."""
    return Delivery.objects.filter(
        pk=delivery.pk, state=DeliveryState.PENDING, lease_owner=delivery.lease_owner
    )


def _wait(delivery: Delivery, *, attempt: int, due_at: dt.datetime) -> None:
    """Have a delivery tried again; a newer change that took its place is due already."""
    _held(delivery).filter(message_id=delivery.message_id).update(
        attempt=attempt,
        due_at=due_at,
        status=delivery.status,
        answer=delivery.answer,
        error=delivery.error,
    )
    _held(delivery).update(lease_until=None, lease_owner="")


def _end(delivery: Delivery, *, state: DeliveryState | None, now: dt.datetime) -> None:
    """Close a delivery; where a newer change took its place, that one goes on waiting."""
    same = _held(delivery).filter(message_id=delivery.message_id)
    if state is None:
        same.delete()
    else:
        ended = {
            "state": state,
            "finished_at": now,
            "lease_until": None,
            "lease_owner": "",
            **{name: getattr(delivery, name) for name in _OUTCOME},
        }
        if not same.update(**ended) and state is DeliveryState.DELIVERED:
            _remember(delivery, ended)
    _held(delivery).update(lease_until=None, lease_owner="")


_OUTCOME = ("seq", "version", "is_withdrawal", "status", "answer", "error")


def _remember(delivery: Delivery, ended: dict[str, object]) -> None:
    """Keep what arrived although its row brings something newer by now."""
    if _held(delivery).exists():
        kept = ("follower_id", "message_id", "public_id", "attempt", "due_at", "created_at")
        row = {name: getattr(delivery, name) for name in kept} | ended
        Delivery.objects.bulk_create([Delivery(**row)], ignore_conflicts=True)


def _readable(body: bytes) -> str:
    # PostgreSQL takes no NUL in a text.
    return body[:ANSWER_BYTES_MAX].decode(errors="replace").replace("\x00", "\ufffd")


def _in_words(reply: Reply | None) -> str:
    if reply is None or reply.is_success:
        return ""
    if 300 <= reply.status < 400:
        return f"The answer was {reply.status}: redirects are not followed. Correct the address."
    return f"The answer was {reply.status}."
