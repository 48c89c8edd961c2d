"""Portals that ask for pictures and documents get them, and hear when nothing refers to them."""

from typing import Any

import orjson
import pytest

from tests.factories import make_document, make_image
from tests.page_factories import World, make_news, make_page_with_files
from tests.syndication.following import make_portal, settle
from tests.syndication.mirror import Mirror
from tests.syndication.receiver import listening

pytestmark = pytest.mark.django_db
FILES = {"types": "Image,Document"}


def test_a_portal_that_asks_for_files_gets_them_and_their_tombstones(world: World) -> None:
    image, document = make_image(credit="Ana"), make_document(title="Statute")
    page = make_page_with_files(image, document)
    mirror = Mirror(**FILES).catch_up()
    items = dict(mirror.items)

    page.unpublish()
    mirror.catch_up()

    assert items.keys() == {image.public_id, document.public_id}
    picture, paper = items[image.public_id], items[document.public_id]
    assert (picture["__typename"], picture["credit"]) == ("Image", "Ana")
    assert f"/files/{image.public_id}/" in picture["rendition"]["url"]
    assert (paper["__typename"], paper["title"]) == ("Document", "Statute")
    assert f"/files/{document.public_id}/" in paper["url"]
    assert mirror.items == {}
    assert mirror.withdrawn == {
        image.public_id: "UNREFERENCED",
        document.public_id: "UNREFERENCED",
    }


def test_a_webhook_for_files_tells_of_them_and_of_their_end(world: World, settings: Any) -> None:
    settings.OUTBOUND_ALLOW_LOOPBACK = True
    with listening() as receiver:
        make_portal(receiver.url, types=["Image", "Document"])
        image, document = make_image(), make_document(title="Statute")
        page = make_page_with_files(image, document)
        settle()
        page.unpublish()
        settle()

    messages = [orjson.loads(request.body) for request in receiver.requests]
    told = {(m["type"], m["data"]["id"], m["data"].get("reason")) for m in messages}
    assert told == {
        ("item.published", image.public_id, None),
        ("item.published", document.public_id, None),
        ("item.withdrawn", image.public_id, "UNREFERENCED"),
        ("item.withdrawn", document.public_id, "UNREFERENCED"),
    }


def test_a_webhook_that_did_not_ask_hears_of_no_file(world: World, settings: Any) -> None:
    settings.OUTBOUND_ALLOW_LOOPBACK = True
    with listening() as receiver:
        make_portal(receiver.url)
        page = make_page_with_files(make_image(), make_document())
        settle()

    ids = [orjson.loads(request.body)["data"]["id"] for request in receiver.requests]
    assert ids == [page.public_id]


def test_only_the_types_that_are_asked_for_are_in_the_stream(world: World) -> None:
    image, document = make_image(), make_document()
    page = make_page_with_files(image, document)

    found = Mirror(types="Image,StandardPage").catch_up().items

    assert found.keys() == {image.public_id, page.public_id}


def test_a_stream_that_did_not_ask_has_no_files(world: World) -> None:
    page = make_page_with_files(make_image(), make_document())
    pages = Mirror(types="StandardPage").catch_up()

    everything = Mirror().catch_up()

    assert pages.items.keys() == {page.public_id}
    types = {item["__typename"] for item in everything.items.values()}
    assert types.isdisjoint({"Image", "Document"})


def test_a_file_that_only_a_reserved_page_shows_is_not_taken_over(world: World) -> None:
    image = make_image()
    page = make_news(world.news, picture=image, picture_alt="A bridge", syndication_allowed=True)
    mirror = Mirror(types="Image").catch_up()
    before = set(mirror.items)

    page.syndication_allowed = False
    page.save_revision().publish()
    mirror.catch_up()

    assert before == {image.public_id}
    assert mirror.withdrawn == {image.public_id: "NOT_SYNDICATED"}


def test_a_change_of_a_file_alone_moves_no_other_stream(world: World) -> None:
    image = make_image()
    first, second = make_page_with_files(image), make_page_with_files(image)
    before = Mirror().catch_up()

    first.unpublish()
    page = before.ask()

    assert second.public_id not in [node["id"] for node in page["items"]]
    assert [node["id"] for node in page["items"]] == [first.public_id]
