"""Let accounts of different rights ask for the files of images and documents."""

from typing import Any

from django.contrib.auth.models import Group, Permission, User
from django.test import Client
from django.urls import reverse
from wagtail.models import Collection, CollectionViewRestriction

from cms.content.models import Image

# The stranger may open the admin and nothing in it; the insider is in the group of the collection.
ROLES = ("anonymous", "stranger", "outsider", "insider", "moderator", "superuser")


def make_restricted() -> Collection:
    """Make a collection that only the members of the group Board may view."""
    collection = Collection.get_first_root_node().add_child(name="Board")
    restriction = CollectionViewRestriction.objects.create(
        collection=collection, restriction_type=CollectionViewRestriction.GROUPS
    )
    restriction.groups.add(Group.objects.create(name="Board"))
    return collection


def client_of(role: str) -> Client:
    """Return a browser in which a new account of that role is logged in."""
    client = Client()
    if role == "anonymous":
        return client
    user = User.objects.create_user(role, is_superuser=role == "superuser")
    groups = {
        "outsider": ["Editors"],
        "insider": ["Editors", "Board"],
        "moderator": ["Moderators"],
    }.get(role, [])
    user.groups.set(Group.objects.filter(name__in=groups))
    if role == "stranger":
        user.user_permissions.add(Permission.objects.get(codename="access_admin"))
    client.force_login(user)
    return client


def content_of(response: Any) -> bytes:
    """Return what was sent; the client closes the file at its end."""
    return bytes(response.getvalue() if response.streaming else response.content)


def status_of(client: Client, address: str) -> int:
    """Return the status of an answer, after reading all of it."""
    answer = client.get(address)
    content_of(answer)
    return answer.status_code


def thumbnail(image: Image) -> str:
    """Return the address that the admin gives to a picture in a list."""
    return str(image.get_rendition("max-165x165").url)


def full_size(image: Image) -> str:
    """Return the address that the admin links in the form of an image."""
    return str(image.get_rendition("original").url)


def original(image: Image) -> str:
    """Return the address of the uploaded file."""
    return reverse("original_file", args=[image.pk])


def preview(image: Image) -> str:
    """Return the address of Wagtail's own preview in full size."""
    return reverse("wagtailimages:preview", args=[image.pk, "original"])
