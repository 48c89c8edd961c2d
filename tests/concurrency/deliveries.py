"""Deliver with workers in processes of their own, kill them on the way, and see what arrived."""

import random
import signal
from typing import Any

from tests.concurrency.actors import a_seed, number_of, published_news
from tests.concurrency.processes import STATEMENT
from tests.concurrency.scene import (
    ANSWER,
    ARRIVED,
    ARRIVED_AT_DEAD,
    END,
    HOLD,
    WAITING_FOR_ANSWERS,
    Scene,
)

# What a worker does before it is killed: some steps, or what belongs to a few deliveries.
STATEMENTS_MAX = 60


def publish(pages: list[Any], *, title: str) -> None:
    """Publish a title of pages together."""
    from cms.publishing.scopes import transaction

    with transaction():
        for page in pages:
            page.title = title
            page.save_revision().publish()


def publish_some(chance: random.Random) -> None:
    """Publish new titles of a few pages, or take one down and put it up again."""
    from cms.publishing.scopes import transaction

    pages = chance.sample(published_news(), 3)
    for page in pages:
        publish([page], title=f"{page.pk}: {chance.getrandbits(64)}")
    if chance.random() < 0.3:
        with transaction():
            pages[0].unpublish()


def kills_of_workers() -> dict[str, Any]:
    """Kill two workers while there is something to deliver, and return what must hold.

    One is killed while the other side has not answered yet, or after a random number of statements.
    """
    from cms.publishing.models import PublishedItem
    from cms.syndication.models import Delivery

    times, seed = number_of("KILLS", 10), a_seed()
    chance = random.Random(seed)
    scene = Scene(workers=2)
    for number in range(times):
        if chance.random() < 0.5:
            scene.order(HOLD)
            before = scene.receiver.count(ARRIVED)
            publish_some(chance)
            scene.until_arrived(before + 1)
            scene.kill(scene.worker_that_sends(chance))
            scene.order(ANSWER)
        else:
            publish_some(chance)
            worker = scene.workers[number % 2]
            worker.count(STATEMENT)
            assert worker.wait_for(STATEMENT, times=chance.randint(1, STATEMENTS_MAX))
            scene.kill(worker)
    scene.settle()
    drained, arrived = scene.end()
    rows = Delivery.objects.all()
    latest = dict(rows.order_by("seq").values_list("public_id", "version"))
    current = dict(PublishedItem.objects.values_list("public_id", "version"))
    messages = {message["message"] for message in arrived}
    return {
        "kills": times,
        "seed": seed,
        "arrived": len(arrived),
        "duplicates": len(arrived) - len(messages),
        "drained": drained,
        "not_delivered": rows.exclude(state="DELIVERED").count(),
        "lost": sorted(set(rows.values_list("message_id", flat=True)) - messages),
        "outdated": [thing for thing, version in latest.items() if version != current[thing]],
        "shared_ids": shared_ids(arrived),
        "out_of_order": out_of_order(arrived),
    }


def shared_ids(arrived: list[dict[str, Any]]) -> list[str]:
    """Return the message ids under which more than one thing was told of."""
    things: dict[str, set[str]] = {}
    for message in arrived:
        things.setdefault(message["message"], set()).add(message["id"])
    return [message for message, found in things.items() if len(found) > 1]


def out_of_order(arrived: list[dict[str, Any]]) -> list[str]:
    """Return the things of which an older version came after a newer one."""
    last: dict[str, int] = {}
    found = []
    for message in arrived:
        if message["version"] < last.get(message["id"], 0):
            found.append(message["id"])
        last[message["id"]] = message["version"]
    return found


def each_publish_arrives() -> dict[str, Any]:
    """Publish one title after the other, each once the one before has arrived."""
    scene, pages = Scene(workers=1), published_news()[:1]
    for number in range(1, 4):
        publish(pages, title=f"Title {number}")
        scene.until_arrived(number)
    scene.settle()
    drained, arrived = scene.end()
    return {"drained": drained, "titles": [message["title"] for message in arrived]}


def dead_portals() -> dict[str, Any]:
    """Publish to a portal beside seven that never answer; return what arrived before they did."""
    scene, pages = Scene(workers=1, threads=4), published_news()[:5]
    # The portal is known to answer.
    publish(pages[:1], title="Before")
    scene.settle()
    for number in range(7):
        scene.add_portal(f"/dead/{number}")
    publish(pages[:2], title="First")
    scene.until_arrived(2, event=ARRIVED_AT_DEAD)
    publish(pages[2:], title="Other")
    scene.until_arrived(1 + len(pages))
    on_their_way = scene.receiver.count(ARRIVED_AT_DEAD)
    scene.order(ANSWER)
    scene.settle()
    drained, arrived = scene.end()
    paths = [message["path"] for message in arrived if message["path"] != "/hook"]
    return {
        "drained": drained,
        "arrived": len(arrived),
        "on_their_way_to_dead": on_their_way,
        "dead_with_one_on_its_way": len(set(paths[:on_their_way])),
    }


def stopped_while_sending() -> dict[str, Any]:
    """Ask a worker to end while an answer is on its way, and return what became of the delivery."""
    from cms.syndication.models import Delivery

    scene = Scene(workers=1)
    scene.order(HOLD)
    publish(published_news()[:1], title="Late")
    assert scene.receiver.wait_for(ARRIVED)
    (worker,) = scene.workers
    worker.signal(signal.SIGTERM)
    # When it does not wait it ends, and the answer comes too late.
    waits = worker.wait_for(WAITING_FOR_ANSWERS)
    scene.order(ANSWER)
    drained = worker.collect()
    scene.receiver.tell(END)
    rows = list(Delivery.objects.values_list("state", "attempt", "lease_owner"))
    return {
        "waits": waits,
        "drained": drained,
        "arrived": len(scene.receiver.collect()),
        "rows": rows,
    }
