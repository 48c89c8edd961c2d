"""Files are given out only while their thing is public, and can do no harm where they are opened."""

import datetime as dt
import mimetypes
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from wagtail.images.forms import get_image_form
from wagtail.models import Collection, CollectionViewRestriction, PageViewRestriction

from cms.content.models import Document, Image, PersonField
from cms.publishing.files import file_url, public_files
from cms.publishing.reading.context import ReadContext
from cms.publishing.reading.items import Item
from cms.publishing.reading.loads import Things
from cms.publishing.tags import tag_of_thing
from home.models import StandardPage
from tests.factories import make_document, make_image, make_person, picture_file, transparent_file
from tests.page_factories import (
    make_page_with_files,
    make_public_document,
    make_public_image,
    make_world,
)

pytestmark = pytest.mark.django_db

SECURITY = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cache-Control": "public, max-age=60",
    "Access-Control-Allow-Origin": "*",
}
ABSENT = "/files/aW1hZ2UA/0123456789ab/card.jpg"


@pytest.fixture(autouse=True)
def world() -> None:
    make_world()


def item_of(thing: Image | Document) -> Item:
    context = ReadContext()
    load = Things((f"{thing.published_kind}:{thing.pk}",))
    context.load([load])
    found: Item = context.results[load][0]
    return found


def addresses(thing: Image | Document) -> list[str]:
    """Return the paths at which a thing's files are found."""
    item = item_of(thing)
    return [unquote(urlsplit(file_url(item, file.stored)).path) for file in public_files(item)]


def restrict(collection: Collection) -> None:
    CollectionViewRestriction.objects.create(
        collection=collection, restriction_type="password", password="secret"
    )


def told(client: Client, address: str, **headers: str) -> tuple[int, bytes, dict[str, str]]:
    answer = client.get(address, headers=headers)
    content = answer.getvalue()
    return answer.status_code, content, dict(answer.headers)


def test_a_picture_is_shown_and_can_do_nothing(client: Client) -> None:
    for address in addresses(make_public_image()):
        status, content, headers = told(client, address)

        assert status == 200
        assert content[:4] in (b"RIFF", b"\xff\xd8\xff\xe0")
        assert headers["Content-Type"] in ("image/webp", "image/jpeg")
        assert headers["Content-Disposition"].startswith("inline")
        assert headers.items() >= SECURITY.items()
        assert "Set-Cookie" not in headers
        assert "Cookie" not in headers.get("Vary", "")


@override_settings(IMAGE_RENDITION_AVIF=True)
@pytest.mark.parametrize(
    "file", [picture_file(), transparent_file()], ids=["opaque", "transparent"]
)
def test_types_of_pictures_do_not_depend_on_the_machine(
    client: Client, monkeypatch: pytest.MonkeyPatch, file: ContentFile
) -> None:
    monkeypatch.setattr(mimetypes, "guess_type", lambda name: (None, None))

    found = [told(client, address)[2] for address in addresses(make_public_image(file=file))]

    last = "image/png" if file.name == "logo.png" else "image/jpeg"
    assert [headers["Content-Type"] for headers in found] == ["image/avif", "image/webp", last] * 4
    assert all(headers["Content-Disposition"].startswith("inline") for headers in found)


@pytest.mark.parametrize("name", ["paper.pdf", "page.html", "drawing.svg", "strange", "data.csv"])
def test_anything_but_a_picture_is_downloaded(client: Client, name: str) -> None:
    content = b"<script>alert(1)</script>"
    (address,) = addresses(make_public_document(title="Our paper", name=name, content=content))

    status, sent, headers = told(client, address)

    assert (status, sent) == (200, content)
    assert headers["Content-Disposition"].startswith('attachment; filename="our-paper')
    assert headers.items() >= SECURITY.items()


def test_addresses_say_nothing_of_what_the_file_was_called() -> None:
    image = make_public_image(file=picture_file(name="canary-redundancies.jpg"))
    document = make_public_document(title="Стратегия 2026", name="canary-draft.pdf")

    found = addresses(image) + addresses(document)

    assert [path for path in found if "canary" in path] == []
    assert found[-1].endswith("/стратегия-2026.pdf")
    assert found[0].endswith("/avatar.webp")


def test_a_title_without_letters_still_makes_a_name() -> None:
    (address,) = addresses(make_public_document(title="???", name="x.pdf"))

    assert address.endswith("/document.pdf")


def hide_in_collection(thing: Image | Document) -> None:
    thing.collection = Collection.get_first_root_node().add_child(name="Private")
    thing.save()
    restrict(thing.collection)


def hide_in_child_collection(thing: Image | Document) -> None:
    private = Collection.get_first_root_node().add_child(name="Private")
    thing.collection = private.add_child(name="Child")
    thing.save()
    restrict(private)


def delete(thing: Image | Document) -> None:
    thing.delete()


def hide_pages(thing: Image | Document) -> None:
    for page in StandardPage.objects.all():
        page.unpublish()


def make_pages_private(thing: Image | Document) -> None:
    for page in StandardPage.objects.all():
        PageViewRestriction.objects.create(page=page, restriction_type="login")


def empty_pages(thing: Image | Document) -> None:
    for page in StandardPage.objects.all():
        page.body = []
        page.save_revision().publish()


@pytest.mark.parametrize("make", [make_public_image, make_public_document])
@pytest.mark.parametrize(
    "hide",
    [
        hide_in_collection,
        hide_in_child_collection,
        delete,
        hide_pages,
        make_pages_private,
        empty_pages,
    ],
)
def test_a_hidden_file_answers_exactly_like_an_absent_one(
    client: Client, make: Callable[..., Any], hide: Callable[[Any], None]
) -> None:
    thing = make()
    found = addresses(thing)

    hide(thing)

    absent = told(client, ABSENT)
    assert absent[0] == 404
    for address in found:
        assert told(client, address) == absent


def test_a_portrait_is_gone_as_soon_as_its_person_does_not_agree(client: Client) -> None:
    image = make_image()
    person = make_person(picture=image, picture_alt="Ana", shown=[PersonField.PICTURE])
    found = addresses(image)
    before = [told(client, address)[0] for address in found]

    person.consent_given = False
    person.save_revision().publish()

    assert before == [200] * len(found)
    assert [told(client, address)[0] for address in found] == [404] * len(found)


def test_a_file_ends_with_its_page_at_that_instant(client: Client) -> None:
    end = dt.datetime(2126, 3, 2, 12, 0, tzinfo=dt.UTC)
    document = make_document()
    make_page_with_files(document, expire_at=end)
    (address,) = addresses(document)

    with time_machine.travel(end - dt.timedelta(microseconds=1), tick=False):
        before = told(client, address)[0]
    with time_machine.travel(end, tick=False):
        after = told(client, address)[0]

    assert (before, after) == (200, 404)


def test_a_cache_in_front_is_told_which_thing_a_file_is_of(client: Client) -> None:
    document = make_public_document()
    (address,) = addresses(document)

    headers = told(client, address)[2]

    tag = tag_of_thing(document.public_id)
    assert (headers["Surrogate-Key"], headers["Cache-Tag"]) == (tag, tag)


def test_originals_are_never_given_out(client: Client) -> None:
    image = make_public_image()
    item = item_of(image)
    original = str(image.file.name)

    assert original not in [file.stored for file in public_files(item)]
    for path in (original, original.rpartition("/")[2]):
        assert client.get(f"/files/{item.public_id}/0123456789ab/{path}").status_code == 404


@pytest.mark.parametrize(
    "change",
    [
        lambda public_id, mark, name: (public_id, mark[:-1] + "x", name),
        lambda public_id, mark, name: (public_id, mark, "other.webp"),
        lambda public_id, mark, name: (public_id, mark[-4:], name),
        lambda public_id, mark, name: (public_id, "..", name),
        lambda public_id, mark, name: (public_id, mark, "..%2f..%2fmanage.py"),
        lambda public_id, mark, name: (public_id, mark, name + "%00"),
        lambda public_id, mark, name: (public_id + "'", mark, name),
        lambda public_id, mark, name: ("%00", mark, name),
        lambda public_id, mark, name: ("%", mark, name),
    ],
)
def test_a_wrong_address_is_not_found(client: Client, change: Callable[..., Any]) -> None:
    public_id, mark, name = addresses(make_public_image())[0].removeprefix("/files/").split("/")

    answer = client.get("/files/" + "/".join(change(public_id, mark, name)))

    assert answer.status_code == 404


def test_a_file_that_is_missing_in_the_storage_is_not_found(client: Client) -> None:
    document = make_public_document()
    (address,) = addresses(document)

    document.file.storage.delete(document.file.name)

    assert told(client, address) == told(client, ABSENT)


@pytest.mark.parametrize("method", ["post", "put", "delete", "patch"])
def test_files_are_read_only(client: Client, method: str) -> None:
    (address,) = addresses(make_public_document())

    assert getattr(client, method)(address).status_code == 405


def test_head_says_the_same_without_the_content(client: Client) -> None:
    (address,) = addresses(make_public_document(content=b"12345"))

    answer = client.head(address)

    assert (answer.status_code, answer.headers["Content-Length"]) == (200, "5")
    assert answer.getvalue() == b""


def test_who_has_the_file_is_told_so_while_it_is_public(client: Client) -> None:
    document = make_public_document()
    (address,) = addresses(document)
    etag = told(client, address)[2]["ETag"]

    again = told(client, address, if_none_match=etag)
    hide_in_collection(document)
    later = told(client, address, if_none_match=etag)

    assert (again[0], again[1]) == (304, b"")
    assert again[2].items() >= SECURITY.items()
    assert later[0] == 404


def test_a_replaced_file_has_a_new_address(client: Client) -> None:
    document = make_public_document(content=b"old")
    (old,) = addresses(document)

    document.file = ContentFile(b"new", name="paper.pdf")
    document.save()

    (new,) = addresses(document)
    status, _content, headers = told(client, old)
    assert (status, unquote(urlsplit(headers["Location"]).path)) == (302, new)
    assert told(client, new)[1] == b"new"


def test_one_statement_on_one_table_finds_a_file(client: Client) -> None:
    (address,) = addresses(make_public_document())

    with CaptureQueriesContext(connection) as captured:
        client.get(address).getvalue()

    assert [query["sql"].count("publishing_publisheditem") for query in captured] == [1]


def test_bytes_after_a_picture_are_gone_from_what_is_given_out() -> None:
    polyglot = picture_file().read() + b"<script>canary</script><?php canary ?>"

    image = make_image(file=ContentFile(polyglot, name="polyglot.jpg"))

    assert image.renditions.count() > 0
    for rendition in image.renditions.all():
        with rendition.open_file() as file:
            assert b"canary" not in file.read()


def refused(content: bytes, *, name: str) -> list[str]:
    upload = SimpleUploadedFile(name, content, "image/jpeg")
    form = get_image_form(Image)({"title": "X", "tags": ""}, {"file": upload}, user=None)
    return list(form.errors)


def test_a_picture_of_more_than_ten_megabytes_is_refused() -> None:
    content = picture_file().read() + b"0" * 10 * 1024 * 1024

    assert refused(content, name="big.jpg") == ["file"]


def test_a_picture_of_more_than_forty_megapixels_is_refused() -> None:
    content = picture_file(name="x.png", size=(8000, 5001)).read()

    assert refused(content, name="x.png") == ["file"]


@pytest.mark.parametrize("name", ["drawing.svg", "drawing.jpg", "page.html", "x.jpg.svg"])
def test_a_drawing_with_a_script_is_refused_whatever_it_is_called(name: str) -> None:
    drawing = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'

    assert refused(drawing, name=name) == ["file"]
