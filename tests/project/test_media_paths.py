"""No path reaches uploaded files, however it is spelled, and nothing gives one away."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.urls.converters import PathConverter
from wagtail.models import Collection, UploadedFile

from tests.factories import make_document, make_image, picture_file
from tests.project.media import ROLES, client_of, content_of, make_restricted

pytestmark = pytest.mark.django_db

# Each spelling leads to the file in a folder, or in an application that decodes or joins carelessly.
SPELLINGS: dict[str, Callable[[str], str]] = {
    "plain": lambda name: name,
    "dot": lambda name: f"./{name}",
    "dots": lambda name: f"a/../{name}",
    "dots of the folder": lambda name: f"{name.split('/')[0]}/../{name}",
    "encoded dot": lambda name: f"%2e/{name}",
    "encoded dots": lambda name: f"a/%2e%2e/{name}",
    "encoded slash": lambda name: name.replace("/", "%2f"),
    "encoded twice": lambda name: f"a/%252e%252e/{name}",
    "two slashes": lambda name: name.replace("/", "//"),
    "first slash": lambda name: f"/{name}",
    "backslash": lambda name: name.replace("/", "%5c"),
    "nul": lambda name: f"{name}%00",
    "absolute": lambda name: str(Path(default_storage.path(name))),
    "upper case": lambda name: name.upper(),
    "fullwidth dots": lambda name: f"a/\uff0e\uff0e/{name}",
    "fullwidth slash": lambda name: name.replace("/", "\uff0f"),
    "trailing slash": lambda name: f"{name}/",
    "parameter": lambda name: f"{name};x",
}
PREFIXES = (
    "/media/",
    "/",
    "/files/",
    "/documents/",
    "/documents/1/",
    "/static/",
    "/admin/files/renditions/",
    "/admin/files/originals/",
    "/admin/files/avatars/",
)


@pytest.fixture
def restricted() -> Collection:
    return make_restricted()


@pytest.mark.parametrize("role", ROLES)
def test_no_spelling_of_a_path_is_answered(restricted: Collection, role: str) -> None:
    image = make_image(collection=restricted)
    names = [
        image.file.name,
        image.get_rendition("max-165x165").file.name,
        make_document(collection=restricted).file.name,
        make_image().file.name,
        make_document().file.name,
    ]
    client = client_of(role)
    found = {}

    for name in names:
        for spelling, spell in SPELLINGS.items():
            for prefix in PREFIXES:
                answer = client.get(prefix + spell(name))
                content = content_of(answer)
                is_sent = b"%PDF" in content or content.startswith(b"\xff\xd8")
                if is_sent or not is_refused(answer, role=role):
                    found[prefix, spelling, name] = answer.status_code

    assert found == {}


def is_refused(answer: Any, *, role: str) -> bool:
    """Tell whether an address is not found; strangers are sent to log in before anybody looks."""
    location = answer.headers.get("Location", "")
    if answer.status_code == 302:
        return role == "anonymous" and location.startswith(reverse("wagtailadmin_login"))
    # Below the admin a missing slash is added first.
    if answer.status_code == 301:
        return bool(location.endswith("/"))
    return answer.status_code in (400, 403, 404)


def test_storages_give_files_no_address(restricted: Collection) -> None:
    image, document = make_image(), make_document()

    found = [image.file.url, image.get_rendition("max-165x165").file.url, document.file.url]

    assert found == ["", "", ""]


def test_the_admin_shows_no_path_of_the_storage(restricted: Collection) -> None:
    image, document = make_image(), make_document()
    client = client_of("superuser")
    pages = [
        reverse("wagtailimages:index"),
        reverse("wagtailimages:edit", args=[image.pk]),
        reverse("wagtailimages_chooser:choose"),
        reverse("wagtailimages_chooser:chosen", args=[image.pk]),
        reverse("wagtailimages_chooser:select_format", args=[image.pk]),
        reverse("wagtaildocs:index"),
        reverse("wagtaildocs:edit", args=[document.pk]),
        reverse("wagtaildocs_chooser:choose"),
        reverse("wagtaildocs_chooser:chosen", args=[document.pk]),
    ]

    texts = {page: client.get(page).content.decode() for page in pages}

    for folder in ("/media", "original_images/", "images/picture"):
        assert [page for page, text in texts.items() if folder in text] == []


# The only ones whose rest of an address is free: each says what it does with it.
FREE = {
    # The id of a document, then its name, which has to be the document's own.
    r"^(\d+)/(.*)$": "wagtail.documents.views.serve.serve",
    # The id of a snippet.
    r"history/(?P<pk>.+)/revisions/compare/(?P<revision_id_a>live|earliest|\d+)\.\.\."
    r"(?P<revision_id_b>live|latest|\d+)/$": "wagtail.snippets.views.snippets.view",
    # The admin's page for what does not exist.
    r"^.*/$": "wagtail.admin.views.home.default",
}


def test_no_address_takes_a_path() -> None:
    found = {
        str(pattern.pattern): f"{pattern.callback.__module__}.{pattern.callback.__name__}"
        for pattern in patterns(get_resolver())
        if takes_a_path(pattern)
    }

    assert found == FREE


def patterns(resolver: URLResolver) -> Iterator[URLPattern]:
    """Yield every pattern of the project."""
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            yield from patterns(pattern)
        else:
            yield pattern


def takes_a_path(pattern: URLPattern) -> bool:
    """Tell whether an argument of a view, or what it ignores, may hold a slash."""
    converters = pattern.pattern.converters.values()
    text = str(pattern.pattern)
    return ".*" in text or ".+" in text or any(isinstance(c, PathConverter) for c in converters)


def test_what_is_uploaded_and_not_saved_yet_has_no_address(restricted: Collection) -> None:
    upload = UploadedFile.objects.create(file=picture_file(name="waiting.jpg"))

    assert upload.file.url == ""
