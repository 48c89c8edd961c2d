"""A cache in front is told of exactly what changed, again and again until it has heard."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import orjson
import pytest
import time_machine
from django.utils import timezone
from wagtail.contrib.redirects.models import Redirect

from cms.publishing.models import PublishedItem
from cms.publishing.tags import EVERYTHING, tag_of_list, tag_of_thing
from cms.syndication import chores, purge
from cms.syndication.deliveries import behind, fan_out
from cms.syndication.leases import lease
from cms.syndication.models import Delivery, DeliveryState, Follower
from cms.syndication.sending import attempt
from tests.factories import make_image
from tests.page_factories import World, make_news, make_page_with_files
from tests.publishing.published import number_changes_now
from tests.syndication.receiver import Receiver, listening, status

TOKEN = "t0ken-of-the-cache"
LATER = dt.datetime(2040, 1, 1, tzinfo=dt.UTC)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """Return a cache in front."""
    with listening() as receiver:
        yield receiver


@pytest.fixture
def told(world: World, receiver: Receiver, settings: Any) -> Receiver:
    """Return a cache that is told from now on."""
    settings.OUTBOUND_ALLOW_LOOPBACK = True
    settings.PURGE_URL, settings.PURGE_TOKEN = receiver.url, TOKEN
    _follow()
    return receiver


def _announce() -> None:
    number_changes_now()
    for follower in behind():
        fan_out(follower)


def _follow() -> None:
    number_changes_now()
    purge.follow()


def _work(*, now: dt.datetime | None = None) -> int:
    _announce()
    due = lease("test", limit=100, now=now or timezone.now())
    for delivery in due:
        attempt(delivery)
    return len(due)


def _bodies(receiver: Receiver) -> list[Any]:
    return [orjson.loads(request.body) for request in receiver.requests]


def _row(page: Any) -> PublishedItem:
    return PublishedItem.objects.get(key=f"page:{page.pk}")


def _news(page: Any, *, path: str) -> dict[str, list[str]]:
    return {
        "tags": [
            tag_of_thing(_row(page).public_id),
            tag_of_list("NewsPage", site="main", locale="en"),
            EVERYTHING,
        ],
        "urls": [f"https://main.example{path}"],
    }


def test_a_new_page_purges_its_tags_and_its_address(told: Receiver, world: World) -> None:
    page = make_news(world.news, title="Not a word of this", slug="one")

    _work()

    (request,) = told.requests
    assert orjson.loads(request.body) == _news(page, path="/news/one/")
    assert request.headers["authorization"] == f"Bearer {TOKEN}"
    assert request.headers["content-type"] == "application/json"
    assert b"word" not in request.body


def test_a_cache_is_told_once_no_process_answers_with_what_was_before(
    told: Receiver, world: World, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited: list[float] = []
    monkeypatch.setattr("cms.syndication.purge.time.sleep", waited.append)
    settings.PURGE_AFTER_SECONDS = 60.0
    make_news(world.news, slug="one")

    _work()

    assert len(told.requests) == len(waited) == 1
    assert 30.0 < waited[0] <= 60.0


@pytest.mark.parametrize("change", ["edited", "unpublished", "not syndicated"])
def test_whatever_happens_to_a_page_purges_the_same(
    change: str, told: Receiver, world: World
) -> None:
    page = make_news(world.news, slug="one")
    _work()
    told.requests.clear()

    if change == "unpublished":
        page.unpublish()
    else:
        page.title = "Another"
        page.syndication_allowed = change == "edited"
        page.save_revision().publish()
    _work()

    assert _bodies(told) == [_news(page, path="/news/one/")]


def test_a_file_that_nothing_refers_to_any_more_is_purged_by_its_tags(
    told: Receiver, world: World
) -> None:
    image = make_image()
    page = make_page_with_files(image)
    _work()
    told.requests.clear()

    page.unpublish()
    _work()

    tags = [tag_of_thing(image.public_id), tag_of_list("Image", site="", locale=""), EVERYTHING]
    assert {"tags": tags, "urls": []} in _bodies(told)
    assert len(told.requests) == 2


def test_drafts_purge_nothing(told: Receiver, world: World) -> None:
    page = make_news(world.news)
    _work()
    told.requests.clear()

    page.save_revision()
    make_news(world.news, live=False)

    assert _work() == 0
    assert told.requests == []


def test_a_redirect_purges_the_address_it_answers(told: Receiver, world: World) -> None:
    page = make_news(world.news, slug="one")
    _work()
    told.requests.clear()

    Redirect.objects.create(old_path="/old", redirect_page=page)
    _work()

    (body,) = _bodies(told)
    assert body["urls"] == ["https://main.example/old"]


def test_what_has_no_address_purges_tags_alone(told: Receiver, world: World) -> None:
    world.settings.site_name_en = "Another name"
    world.settings.save()
    _work()

    bodies = _bodies(told)
    assert bodies
    assert all(body["urls"] == [] and len(body["tags"]) == 3 for body in bodies)


def test_an_address_with_other_letters_is_written_in_ascii(told: Receiver, world: World) -> None:
    make_news(world.news, slug="новина")

    _work()

    (body,) = _bodies(told)
    assert body["urls"] == ["https://main.example/news/%D0%BD%D0%BE%D0%B2%D0%B8%D0%BD%D0%B0/"]


def test_a_cache_that_is_down_is_told_until_it_is_up_again(told: Receiver, world: World) -> None:
    page = make_news(world.news, slug="one")
    told.usual = status(503)
    now = timezone.now() + dt.timedelta(minutes=1)

    for _ in range(25):
        _work(now=now)
        now += dt.timedelta(hours=30)
    assert len(told.requests) == 25
    assert Delivery.objects.get().state == DeliveryState.PENDING

    told.usual = status(200)
    _work(now=now)

    assert Delivery.objects.get().state == DeliveryState.DELIVERED
    assert _bodies(told) == [_news(page, path="/news/one/")] * 26


def test_gone_is_a_failure_like_any_other(told: Receiver, world: World) -> None:
    make_news(world.news)
    told.answer(status(410))

    with time_machine.travel(LATER, tick=False):
        _work()

    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.error) == ("PENDING", "The answer was 410. Correct PURGE_URL.")
    assert delivery.due_at > LATER
    assert Follower.objects.get(name="purge").is_active


def test_the_token_is_in_no_row_and_no_log(
    told: Receiver, world: World, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    make_news(world.news)
    told.answer(status(500))

    _work()

    assert TOKEN not in repr(list(Delivery.objects.values()))
    assert TOKEN not in caplog.text


# The follower


def test_without_a_cache_there_is_no_follower_and_no_cost(world: World) -> None:
    _follow()
    make_news(world.news)

    assert _work() == 0
    assert Follower.objects.count() == 0
    assert Delivery.objects.count() == 0


def test_the_worker_looks_at_the_settings_at_its_start(
    world: World, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.PURGE_URL = "https://cache.example/purge"
    monkeypatch.setattr(chores, "_chores", {"caches in front": chores._chores["caches in front"]})

    assert chores.Rounds().step(lambda: False) == ["caches in front"]

    follower = Follower.objects.get()
    assert (follower.name, follower.channel, follower.is_active) == ("purge", "PURGE", True)


def test_a_cache_that_is_taken_away_and_set_again_begins_at_the_present(
    told: Receiver, world: World, settings: Any
) -> None:
    make_news(world.news)
    _announce()
    settings.PURGE_URL = ""
    _follow()
    assert _work() == 0
    assert not Follower.objects.get().is_active
    make_news(world.news)

    settings.PURGE_URL = told.url
    _follow()

    assert _work() == 0
    page = make_news(world.news, slug="new")
    _work()
    assert _bodies(told) == [_news(page, path="/news/new/")]
