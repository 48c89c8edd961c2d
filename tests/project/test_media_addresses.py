"""Files are sent by the id of their object, to users who have permission on it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.core.files.base import ContentFile
from django.core.files.storage import Storage, default_storage
from django.test import Client
from django.urls import reverse
from wagtail.models import Collection, CollectionViewRestriction, GroupCollectionPermission
from wagtail.users.models import UserProfile

from cms.content.models import Image
from cms.storage import WithoutUrls
from tests.factories import make_document, make_image, picture_file
from tests.project.media import (
    ROLES,
    client_of,
    content_of,
    full_size,
    make_restricted,
    original,
    preview,
    status_of,
    thumbnail,
)

pytestmark = pytest.mark.django_db

PROTECTED = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
}


@pytest.fixture
def restricted() -> Collection:
    return make_restricted()


REDIRECTED = 302
STATUS_OF_PUBLIC = dict(zip(ROLES, (REDIRECTED, 403, 200, 200, 200, 200), strict=True))
STATUS_OF_RESTRICTED = dict(zip(ROLES, (REDIRECTED, 403, 403, 200, 403, 200), strict=True))


@pytest.mark.parametrize("address", [thumbnail, full_size, original, preview])
@pytest.mark.parametrize("role", ROLES)
def test_a_file_of_a_public_image_asks_for_permission_on_the_image(
    restricted: Collection, role: str, address: Callable[[Image], str]
) -> None:
    image = make_image()

    answer = client_of(role).get(address(image))

    assert answer.status_code == STATUS_OF_PUBLIC[role]
    assert content_of(answer).startswith(b"\xff\xd8") is (answer.status_code == 200)


@pytest.mark.parametrize("address", [thumbnail, full_size, original, preview])
@pytest.mark.parametrize("role", ROLES)
def test_a_file_of_a_restricted_image_asks_for_its_collection_as_well(
    restricted: Collection, role: str, address: Callable[[Image], str]
) -> None:
    image = make_image(collection=restricted)

    answer = client_of(role).get(address(image))

    assert answer.status_code == STATUS_OF_RESTRICTED[role]
    assert content_of(answer).startswith(b"\xff\xd8") is (answer.status_code == 200)


@pytest.mark.parametrize("role", ROLES)
def test_a_document_of_a_restricted_collection_asks_for_its_group(
    restricted: Collection, role: str
) -> None:
    document = make_document(collection=restricted)

    answer = client_of(role).get(document.url)

    assert answer.status_code == STATUS_OF_RESTRICTED[role]
    assert (b"%PDF" in content_of(answer)) is (answer.status_code == 200)


@pytest.mark.parametrize("role", ROLES)
def test_a_document_without_restriction_is_for_everybody_in_the_admin(role: str) -> None:
    answer = client_of(role).get(make_document().url)

    assert answer.status_code == (REDIRECTED if role == "anonymous" else 200)
    assert (b"%PDF" in content_of(answer)) is (answer.status_code == 200)


def test_a_user_who_may_only_choose_gets_thumbnails_and_no_full_size() -> None:
    image = make_image()
    group = Group.objects.create(name="Choosers")
    group.permissions.add(Permission.objects.get(codename="access_admin"))
    GroupCollectionPermission.objects.create(
        group=group,
        collection=image.collection,
        permission=Permission.objects.get(
            content_type__app_label="wagtailimages", codename="choose_image"
        ),
    )
    client = client_of("stranger")
    User.objects.get(username="stranger").groups.add(group)

    found = [status_of(client, address(image)) for address in (thumbnail, full_size, original)]

    assert found == [200, 403, 403]


@pytest.mark.parametrize(
    ("restriction", "status"), [("password", 200), ("login", 200), ("groups", 403)]
)
def test_no_password_is_asked_for_an_image_that_the_editor_may_change(
    restriction: str, status: int
) -> None:
    image = make_image()
    CollectionViewRestriction.objects.create(
        collection=image.collection, restriction_type=restriction, password="secret"
    )

    assert status_of(client_of("outsider"), thumbnail(image)) == status


def test_a_password_is_asked_for_a_document() -> None:
    document = make_document()
    CollectionViewRestriction.objects.create(
        collection=document.collection, restriction_type="password", password="secret"
    )

    answer = client_of("superuser").get(document.url)

    assert answer.status_code == 200
    assert b"%PDF" not in answer.content
    assert b"password" in answer.content


def test_files_cannot_run_anything_and_are_not_kept() -> None:
    client = client_of("outsider")
    image = make_image()
    document = make_document(name="table.csv", content=b"a,b")

    answers = [client.get(url) for url in (thumbnail(image), original(image), document.url)]

    for answer in answers:
        assert {name: answer.headers[name] for name in PROTECTED} == PROTECTED
        assert "no-store" in answer.headers["Cache-Control"]
        assert "private" in answer.headers["Cache-Control"]
        content_of(answer)
    kinds = [answer.headers["Content-Disposition"].split(";")[0] for answer in answers]
    assert kinds == ["inline", "inline", "attachment"]


def test_what_is_no_image_is_downloaded() -> None:
    image = make_image()
    Image.objects.filter(pk=image.pk).update(file=make_document(name="page.html").file.name)

    answer = client_of("superuser").get(original(image))

    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    content_of(answer)


@pytest.mark.parametrize("name", ["rendition_file", "original_file", "avatar_file"])
@pytest.mark.parametrize("number", [0, 987654, 10**30])
def test_an_object_that_does_not_exist_is_not_found(name: str, number: int) -> None:
    assert status_of(client_of("superuser"), reverse(name, args=[number])) == 404


@pytest.mark.parametrize("number", ["0", "987654", "1" * 40])
def test_a_document_that_does_not_exist_is_not_found(number: str) -> None:
    assert status_of(client_of("superuser"), f"/documents/{number}/x.pdf") == 404


def test_a_file_that_the_storage_lost_is_not_found() -> None:
    image, document = make_image(), make_document()
    address = thumbnail(image)
    for file in (image.file, document.file, *(row.file for row in image.renditions.all())):
        default_storage.delete(file.name)
    client = client_of("superuser")

    found = [status_of(client, url) for url in (address, original(image), document.url)]

    assert found == [404, 404, 404]


class RemoteStorage(WithoutUrls, Storage):
    """Keep files in memory and without a path on this machine, as a bucket does."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    def _save(self, name: str, content: Any) -> str:
        self.kept[name] = content.read()
        return name

    def _open(self, name: str, mode: str = "rb") -> ContentFile:
        return ContentFile(self.kept[name], name=name)

    def exists(self, name: str) -> bool:
        """Tell whether the name is taken."""
        return name in self.kept

    def size(self, name: str) -> int:
        """Return the number of bytes."""
        return len(self.kept[name])


def test_a_storage_elsewhere_is_reached_by_the_same_views(
    restricted: Collection, settings: Any
) -> None:
    remote = f"{RemoteStorage.__module__}.{RemoteStorage.__qualname__}"
    settings.STORAGES = {**settings.STORAGES, "default": {"BACKEND": remote}}
    image, document = make_image(collection=restricted), make_document(collection=restricted)
    addresses = [thumbnail(image), full_size(image), original(image), preview(image), document.url]
    outsider, insider = client_of("outsider"), client_of("insider")

    refused = [status_of(outsider, address) for address in addresses]
    sent = [content_of(insider.get(address))[:4] for address in addresses]

    assert image.file.url == document.file.url == ""
    assert refused == [403] * 5
    assert sent == [b"\xff\xd8\xff\xe0"] * 4 + [b"%PDF"]


# --- Avatars ---------------------------------------------------------------------------------------


def test_an_avatar_is_shown_in_the_admin_by_the_id_of_its_account() -> None:
    client = client_of("outsider")
    user = User.objects.get(username="outsider")
    UserProfile.objects.create(user=user, avatar=picture_file(name="face.jpg"))
    address = reverse("avatar_file", args=[user.pk])

    account = client.get(reverse("wagtailadmin_account"))
    answer = client.get(address)

    assert account.status_code == 200
    assert address in account.content.decode()
    assert "avatar_images" not in account.content.decode()
    assert content_of(answer).startswith(b"\xff\xd8")
    assert Client().get(address).status_code == 302
