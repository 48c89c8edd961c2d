"""Addresses of public files outlive the file they were made for, and end with the thing."""

from collections.abc import Callable
from typing import Any
from urllib.parse import quote, unquote, urlsplit

import pytest
from django.core.files.base import ContentFile
from django.test import Client, override_settings

from cms.content.models import Document, Image
from cms.publishing.tags import tag_of_thing
from tests.factories import make_document, make_image, picture_file, transparent_file
from tests.page_factories import (
    make_page_with_files,
    make_public_document,
    make_public_image,
    make_world,
)
from tests.visibility.test_files import ABSENT, addresses, hide_pages, restrict, told

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def world() -> None:
    make_world()


def led_to(client: Client, address: str) -> str:
    """Return the path to which an address leads."""
    status, content, headers = told(client, address)
    assert (status, content) == (302, b"")
    assert headers["Cache-Control"] == "public, max-age=60"
    return unquote(urlsplit(headers["Location"]).path)


def rename(document: Document) -> None:
    document.title = "Правилник 2027"
    document.save()


def replace_file(document: Document) -> None:
    document.file = ContentFile(b"new", name="other.txt")
    document.save()


@pytest.mark.parametrize("change", [rename, replace_file])
def test_former_addresses_of_a_document_lead_on(
    client: Client, change: Callable[[Document], None]
) -> None:
    document = make_public_document(title="Statute")
    (former,) = addresses(document)

    change(document)

    (present,) = addresses(document)
    assert former != present
    assert led_to(client, former) == present


@pytest.mark.parametrize("after", ["", "/", "/statute.pdf", "/каквото-и-да-е", "/x"])
def test_a_document_has_an_address_by_its_id(client: Client, after: str) -> None:
    document = make_public_document(title="Statute")

    answer = client.get(f"/files/{document.public_id}{quote(after)}", follow=False)

    assert led_to(client, f"/files/{document.public_id}{quote(after)}") == addresses(document)[0]
    assert answer.headers["Surrogate-Key"] == tag_of_thing(document.public_id)
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize(
    ("after", "name"),
    [
        ("", "content.jpg"),
        ("/", "content.jpg"),
        ("/logo", "content.jpg"),
        ("/card.webp", "card.webp"),
        ("/hero.jpg", "hero.jpg"),
        ("/avatar.avif", "avatar.jpg"),
    ],
)
def test_a_picture_has_an_address_by_its_id(client: Client, after: str, name: str) -> None:
    image = make_public_image()

    assert led_to(client, f"/files/{image.public_id}{after}").endswith(f"/{name}")


def move_focal_point(image: Image) -> None:
    image.focal_point_x, image.focal_point_y = 10, 10
    image.focal_point_width, image.focal_point_height = 4, 4
    image.save()


def replace_picture(image: Image) -> None:
    image.file = picture_file(name="other.jpg", size=(48, 64))
    image.save()


def replace_by_transparent(image: Image) -> None:
    image.file = transparent_file()
    image.save()


@pytest.mark.parametrize("change", [move_focal_point, replace_picture, replace_by_transparent])
def test_former_addresses_of_a_picture_lead_to_the_same_size(
    client: Client, change: Callable[[Image], None]
) -> None:
    image = make_public_image()
    former = addresses(image)

    change(image)

    present = addresses(image)
    for address in set(former) - set(present):
        target = led_to(client, address)
        assert target in present
        size = address.rpartition("/")[2].partition(".")[0]
        assert target.rpartition("/")[2].partition(".")[0] == size
        assert told(client, target)[0] == 200


def test_addresses_in_a_format_that_was_turned_off_lead_on(client: Client) -> None:
    with override_settings(IMAGE_RENDITION_AVIF=True):
        image = make_public_image()
        former = [address for address in addresses(image) if address.endswith(".avif")]

    image.credit = "Ana"
    image.save()

    assert [led_to(client, address).rpartition("/")[2] for address in former] == [
        "avatar.jpg",
        "card.jpg",
        "content.jpg",
        "hero.jpg",
    ]


@pytest.mark.parametrize("make", [make_public_image, make_public_document])
def test_no_former_address_leads_on_after_a_withdrawal(
    client: Client, make: Callable[[], Any]
) -> None:
    thing = make()
    former = addresses(thing)
    thing.file = (
        picture_file(name="other.jpg") if isinstance(thing, Image) else ContentFile(b"n", "n")
    )
    thing.save()

    hide_pages(thing)

    absent = told(client, ABSENT)
    by_id = [f"/files/{thing.public_id}", f"/files/{thing.public_id}/x.pdf"]
    assert [told(client, address) for address in [*former, *by_id]] == [absent] * (len(former) + 2)


def test_no_former_address_leads_into_a_private_collection(client: Client) -> None:
    document = make_public_document()
    (former,) = addresses(document)
    replace_file(document)

    restrict(document.collection)

    assert told(client, former)[0] == 404


@pytest.mark.parametrize("make", [make_image, make_document])
@pytest.mark.parametrize("after", ["", "/", "/statute.pdf"])
def test_an_address_by_id_is_a_reference(client: Client, make: Any, after: str) -> None:
    thing = make()
    link = f'<p><a href="https://cms.example/files/{thing.public_id}{after}">x</a></p>'
    page = make_page_with_files()
    page.body = [("text", {"content": link})]
    page.save_revision().publish()

    assert told(client, f"/files/{thing.public_id}")[0] == 302


@pytest.mark.parametrize(
    ("name", "encoded"),
    [
        ("Устав.pdf", "%D0%A3%D1%81%D1%82%D0%B0%D0%B2.pdf"),
        ("Our paper (2).pdf", "Our%20paper%20%282%29.pdf"),
        ('a"b\\c;d\r\nX: y.pdf', "c%3Bd%20X%3A%20y.pdf"),
    ],
)
def test_a_reader_saves_a_document_under_its_uploaders_name(
    client: Client, name: str, encoded: str
) -> None:
    document = Document(title="Statute")
    document.file.save(name, ContentFile(b"x"))
    make_page_with_files(document)

    (address,) = addresses(document)

    assert told(client, address)[2]["Content-Disposition"] == (
        f"attachment; filename=\"statute.pdf\"; filename*=UTF-8''{encoded}"
    )


def test_a_document_from_before_is_saved_under_the_name_in_its_address(client: Client) -> None:
    document = make_document(title="Устав")
    Document.objects.update(uploaded_name="")
    document.refresh_from_db()
    make_page_with_files(document)

    (address,) = addresses(document)

    assert told(client, address)[2]["Content-Disposition"] == (
        "attachment; filename=\"document.pdf\"; filename*=UTF-8''%D1%83%D1%81%D1%82%D0%B0%D0%B2.pdf"
    )
