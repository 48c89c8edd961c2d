"""Every feed names the hub, can be subscribed to under its own name, and is brought as it is read."""

import hashlib
import hmac

import pytest
from django.test import Client

from cms.syndication.models import HubRequest
from tests.page_factories import World, make_news
from tests.syndication.hub.asking import brought, post, settle, subscribed
from tests.syndication.receiver import Receiver

pytestmark = pytest.mark.usefixtures("unhurried")
FILES = "http://files.test"


@pytest.mark.parametrize("form", ["rss", "atom", "json"])
def test_what_is_brought_is_the_feed(
    form: str, receiver: Receiver, world: World, client: Client
) -> None:
    make_news(world.news, title="First")
    answer = client.get(f"/feeds/news.{form}")
    links = answer.headers["Link"]
    topic = f"{FILES}/feeds/news.{form}"
    assert links == f'<{topic}>; rel="self", <{FILES}/hub>; rel="hub"'
    subscribed(receiver, topic=topic, secret="s")

    make_news(world.news, title="Second & last")
    settle()

    (request,) = brought(receiver)
    assert request.body == client.get(f"/feeds/news.{form}").content
    assert request.body.count(b"Second &") >= 1
    assert request.headers["content-type"] == answer.headers["Content-Type"]
    signed = hmac.new(b"s", request.body, hashlib.sha256).hexdigest()
    assert request.headers["x-hub-signature"] == f"sha256={signed}"


def test_what_others_may_not_take_over_is_not_brought(receiver: Receiver, world: World) -> None:
    make_news(world.news, title="Taken over")
    subscribed(receiver, topic=f"{FILES}/feeds/news.json")

    make_news(world.news, title="Canary", syndication_allowed=False)
    settle()

    assert brought(receiver) == []


def test_a_narrowed_feed_is_known_by_one_name(receiver: Receiver, world: World) -> None:
    own = f"{FILES}/feeds/news.json?type=DOCUMENT,NEWS"

    refused = post(receiver.url, topic=f"{FILES}/feeds/news.json?type=NEWS,DOCUMENT")
    unknown = post(receiver.url, topic=f"{FILES}/feeds/news.json?colour=red")

    assert (refused.status_code, unknown.status_code) == (400, 400)
    assert b"calls itself" in refused.content
    assert own.encode() in refused.content
    assert HubRequest.objects.count() == 0
