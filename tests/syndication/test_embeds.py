"""Ask a provider about an embed through the guarded door."""

from collections.abc import Iterator
from typing import Any

import orjson
import pytest
from wagtail.embeds.exceptions import EmbedNotFoundException
from wagtail.embeds.finders import get_finders

from cms.syndication.embeds import GuardedOEmbedFinder
from tests.syndication.receiver import Receiver, endless, listening, status

VIDEO = "https://videos.example/watch?v=1"


@pytest.fixture
def provider(settings: Any) -> Iterator[Receiver]:
    settings.OUTBOUND_ALLOW_LOOPBACK = True
    with listening() as found:
        yield found


def finder(provider: Receiver) -> GuardedOEmbedFinder:
    places = [{"endpoint": provider.url, "urls": [r"^https://videos\.example/.+$"]}]
    return GuardedOEmbedFinder(providers=places)


def test_wagtail_asks_through_the_guard() -> None:
    assert {type(finder) for finder in get_finders()} == {GuardedOEmbedFinder}


def test_a_video_is_found(provider: Receiver) -> None:
    said = {"type": "video", "title": "A talk", "html": "<iframe></iframe>", "width": 640}
    provider.answer(status(200, orjson.dumps(said)))

    found = finder(provider).find_embed(VIDEO, max_width=640)

    (request,) = provider.requests
    assert request.path == (
        "/hook?url=https%3A%2F%2Fvideos.example%2Fwatch%3Fv%3D1&format=json&maxwidth=640"
    )
    assert found == {
        "type": "video",
        "title": "A talk",
        "author_name": "",
        "provider_name": "",
        "thumbnail_url": None,
        "width": 640,
        "height": None,
        "html": "<iframe></iframe>",
    }


def test_a_photo_becomes_an_image_that_cannot_break_out(provider: Receiver) -> None:
    said = {"type": "photo", "url": 'https://a.example/"><script>', "cache_age": "60"}
    provider.answer(status(200, orjson.dumps(said)))

    found = finder(provider).find_embed(VIDEO)

    assert found["html"] == '<img src="https://a.example/&quot;&gt;&lt;script&gt;" alt="">'
    assert "cache_until" in found


@pytest.mark.parametrize(
    "answer", [status(404), status(302, location="/x"), status(200, b"<html>"), endless()]
)
def test_anything_else_is_not_found(answer: Any, provider: Receiver) -> None:
    provider.answer(answer)

    with pytest.raises(EmbedNotFoundException):
        finder(provider).find_embed(VIDEO)

    assert len(provider.requests) == 1


def test_an_endpoint_inside_is_not_asked(provider: Receiver, settings: Any) -> None:
    settings.OUTBOUND_ALLOW_LOOPBACK = False

    with pytest.raises(EmbedNotFoundException, match="public internet"):
        finder(provider).find_embed(VIDEO)

    assert provider.requests == []
