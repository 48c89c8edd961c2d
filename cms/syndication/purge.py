"""Have the caches in front of the frontends throw away what changed, and nothing else.

Each change is told by its tags and its frontend address, to an HTTP interface of one's own and to
Wagtail's front-end cache backends, whichever are set. It is told until it succeeds: a purge that is
given up is a withdrawn page that stays readable. With nothing set there is no follower, and no cost.
What is no change is told as well: an address is `GONE` only while its page's tombstone is kept.

Source: `docs/how-to/purge-a-cdn.md`.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass

import orjson
from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.encoding import iri_to_uri
from wagtail.contrib.frontend_cache.utils import get_backends

from cms.publishing import kinds
from cms.publishing.clock import read_clock
from cms.publishing.models import PublishedItem
from cms.publishing.reading.context import ReadContext
from cms.publishing.tags import tags_to_purge
from cms.publishing.turns import own_transaction
from cms.syndication import chores
from cms.syndication.channels import Announcement, Batch, NotSent, Route, database_turn, register
from cms.syndication.deliveries import new_message_id
from cms.syndication.leases import locked
from cms.syndication.models import Channel, Delivery, Follower
from cms.syndication.outbound import Reply, post

NAME = "purge"
BACKENDS_SECONDS = 15.0
# Begins the key of a delivery about a tombstone that is no more.
FORGOTTEN = "forgotten:"
GONE = 410
# What has an address at the frontend: pages, and the addresses that lead on to them.
ADDRESSED = frozenset({"page", "redirect"})
CHANGED = """
SELECT public_id, seq, version, CASE WHEN visible THEN 1 ELSE 0 END FROM publishing_publisheditem
WHERE seq > %s ORDER BY seq LIMIT %s
"""
STANDS = """
SELECT public_id, kind, type, site, locale, path FROM publishing_publisheditem WHERE public_id = %s
"""


@dataclass(frozen=True, slots=True)
class Place:
    """Hold where a changed thing stands, or stood last."""

    public_id: str
    kind: str
    type: str
    site: str
    locale: str
    path: str


def connect() -> None:
    """Register the channel, and the chore that keeps its follower in step with the settings."""
    chores.register("caches in front", every_seconds=60.0, work=lambda _: follow())
    register(Channel.PURGE, Route(changes=changes, send=send, gives_up=False))


def follow() -> None:
    """Make the follower agree with the settings: there and active while a cache is to be told.

    Shape: one that was inactive begins at the present; what its cache kept meanwhile is as old as that
           cache lets things grow.
    """
    follower = Follower.objects.filter(name=NAME).first()
    is_active = follower is not None and follower.is_active
    if is_active is _is_wanted():
        return
    with own_transaction():
        _switch(follower)


def _switch(follower: Follower | None) -> None:
    """Begin at the present, or end."""
    if follower is None:
        defaults = {"channel": Channel.PURGE, "position": read_clock().value}
        Follower.objects.get_or_create(name=NAME, defaults=defaults)
    elif follower.is_active:
        Follower.objects.filter(pk=follower.pk).update(is_active=False)
    else:
        Delivery.objects.filter(follower=follower).delete()
        Follower.objects.filter(pk=follower.pk).update(
            is_active=True, position=read_clock().value, open_until=None
        )


def changes(follower: Follower, limit: int) -> Batch:
    """Return everything that changed, also what others may not take over: caches hold it all."""
    context = ReadContext()
    # Read before the changes: what is committed in between is in the list, or is left for next time.
    clock = read_clock().value
    rows = context.query(CHANGED, [follower.position, limit + 1])
    found, has_more = rows[:limit], len(rows) > limit
    last = found[-1][1] if found else follower.position
    return Batch(
        [
            Announcement(public_id, seq, version, not shown)
            for public_id, seq, version, shown in found
        ],
        position=last if has_more else max(clock, last),
        has_more=has_more,
    )


def send(delivery: Delivery) -> Reply | None:
    """Purge what a change makes out of date.

    Raises: OutboundRefused, OutboundFailed, NotSent.
    """
    wait_for_origins(delivery)
    with database_turn():
        context = ReadContext()
        place = _place(delivery, context)
        if place is None:
            return None
        addresses = addresses_of(place, context)
    reply = None
    if settings.PURGE_URL:
        reply = _tell(tags=tags_to_purge(place), addresses=addresses)
        if not reply.is_success:
            return reply
    if settings.WAGTAILFRONTENDCACHE and addresses:
        _purge_backends(addresses)
    return reply or Reply(204)


def tell_of_forgotten(tombstones: QuerySet[PublishedItem]) -> int:
    """Have purged what was answered about tombstones that are thrown away.

    Shape: for the transaction that does so, before it does; how many times that is told. Once for each
           address where a page stood and no other stands or stood; once without an address if there is
           none of these, for `changes`, whose answers may have been about any of them.
    """
    follower = Follower.objects.filter(name=NAME, is_active=True).first()
    if follower is None or locked(follower.pk) is None:
        return 0
    pages = list(tombstones.filter(kind=kinds.PAGE).exclude(path=""))
    staying = PublishedItem.objects.filter(kind=kinds.PAGE, path__in=[page.path for page in pages])
    others = set(staying.exclude(pk__in=tombstones.values("pk")).values_list("site", "path"))
    told = [
        _of_forgotten(page, follower, path=page.path)
        for page in pages
        if (page.site, page.path) not in others
    ] or [_of_forgotten(one, follower, path="") for one in tombstones.order_by("-seq")[:1]]
    # One that is still on its way says the same.
    Delivery.objects.bulk_create(told, ignore_conflicts=True)
    return len(told)


def _of_forgotten(row: PublishedItem, follower: Follower, *, path: str) -> Delivery:
    now = timezone.now()
    return Delivery(
        follower=follower,
        message_id=new_message_id(),
        public_id=f"{FORGOTTEN}{row.public_id}",
        seq=row.seq or 0,
        is_withdrawal=True,
        place=asdict(Place(row.public_id, row.kind, row.type, row.site, row.locale, path)),
        due_at=now,
        created_at=now,
    )


def _place(delivery: Delivery, context: ReadContext) -> Place | None:
    """Return where the thing of a delivery stands or stood, None when nobody knows."""
    if delivery.place is not None:
        return Place(**delivery.place)
    rows = context.query(STANDS, [delivery.public_id])
    return Place(*rows[0]) if rows else None


def wait_for_origins(delivery: Delivery) -> None:
    """Wait until no process answers with what was true before the change.

    Each may do so for a second. A cache that is told earlier could fetch that once more, and keep it.
    """
    passed = (timezone.now() - delivery.created_at).total_seconds()
    time.sleep(min(max(settings.PURGE_AFTER_SECONDS - passed, 0.0), settings.PURGE_AFTER_SECONDS))


def addresses_of(place: Place, context: ReadContext) -> list[str]:
    """Return the frontend addresses at which a thing stands; in all sites when it is of none."""
    if place.kind not in ADDRESSED or not place.path:
        return []
    sites = context.sites
    keys = [place.site] if place.site else sorted(sites)
    return [iri_to_uri(sites[key].base_url + place.path) for key in keys if key in sites]


def _is_wanted() -> bool:
    return bool(settings.PURGE_URL or settings.WAGTAILFRONTENDCACHE)


def _tell(*, tags: Sequence[str], addresses: Sequence[str]) -> Reply:
    headers = {"Content-Type": "application/json"}
    if settings.PURGE_TOKEN:
        headers["Authorization"] = f"Bearer {settings.PURGE_TOKEN}"
    reply = post(settings.PURGE_URL, orjson.dumps({"tags": tags, "urls": addresses}), headers)
    if reply.status == GONE:
        # To a subscriber this would mean the end; a cache has to be told all the same.
        raise NotSent("The answer was 410. Correct PURGE_URL.")
    return reply


# Wagtail's backends set no time limit of their own and only log what goes wrong (Wagtail 7.4 to 8.0).
# So they run in a thread that is waited for, and what they log there is taken for the failure it is.
# To be removed when they raise errors and take a timeout.
_running: threading.Thread | None = None


def _purge_backends(addresses: Sequence[str]) -> None:
    """Purge addresses in Wagtail's backends.

    Raises: NotSent.
    """
    global _running  # noqa: PLW0603 - one at a time, also when one hangs
    if _running is not None and _running.is_alive():
        raise NotSent("A purge of before has had no answer yet.")
    problems: list[str] = []
    thread = threading.Thread(
        target=_in_thread, args=(list(addresses), problems), name=NAME, daemon=True
    )
    _running = thread
    thread.start()
    thread.join(BACKENDS_SECONDS)
    if thread.is_alive():
        raise NotSent(f"The cache gave no answer within {BACKENDS_SECONDS:.0f} seconds.")
    if problems:
        raise NotSent(problems[0])


def _in_thread(addresses: list[str], problems: list[str]) -> None:
    try:
        with _errors_logged() as logged:
            for backend in get_backends().values():
                backend.purge_batch(addresses)
        problems.extend(logged)
    except Exception as error:  # noqa: BLE001 - whatever a backend raises, it has not purged
        problems.append(f"The cache could not be told ({type(error).__name__}).")


@contextmanager
def _errors_logged() -> Iterator[list[str]]:
    """Collect the errors that this thread logs."""
    found: list[str] = []
    thread = threading.get_ident()

    class Listening(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if record.thread == thread:
                found.append(record.getMessage())

    handler = Listening(level=logging.ERROR)
    logging.getLogger().addHandler(handler)
    try:
        yield found
    finally:
        logging.getLogger().removeHandler(handler)
