"""Whatever is typed into a search of the admin is searched for, on both databases."""

import pytest
from django.contrib.auth.models import User
from django.test import Client

from tests.factories import make_document, make_image, make_organisation, make_person, make_term
from tests.page_factories import make_news, make_world

pytestmark = pytest.mark.django_db

LISTS = {
    "organisations": "/admin/snippets/content/organisation/",
    "people": "/admin/snippets/content/person/",
    "terms": "/admin/snippets/content/term/",
    "programmes": "/admin/snippets/content/programme/",
    "images": "/admin/images/",
    "documents": "/admin/documents/",
    "pages": "/admin/pages/search/",
    "news": "/admin/news/",
    "redirects": "/admin/redirects/",
    "choose an image": "/admin/images/chooser/",
    "choose a document": "/admin/documents/chooser/",
    "choose a page": "/admin/choose-page/search/",
    "choose a term": "/admin/snippets/choose/content/term/results/",
}
QUERIES = [
    '"',
    '""',
    '"""',
    'a"',
    '"a',
    '"a b',
    '"a b"',
    'a "b" c',
    'a" OR b',
    "'",
    "\\",
    "%",
    "%s",
    "*",
    "(",
    "a:b",
    "{title}",
    "a AND",
    "NOT",
    "-",
    "^",
    "\u201e\u201c",
    ":*&|!<->",
    '"\u0411\u044a\u043b\u0433\u0430\u0440\u0438\u044f',
]


@pytest.fixture
def admin(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("admin"))
    client.raise_request_exception = False
    return client


def make_blue_bridges() -> None:
    """Make one thing for each search, and one that no query means."""
    make_organisation(name="Blue bridge")
    make_organisation(name="Zebra")
    make_person(name="Blue bridge")
    make_term(label_en="Blue bridge")
    make_image(title="Blue bridge")
    make_document(title="Blue bridge")
    make_news(make_world().news, title="Blue bridge")


@pytest.mark.parametrize("name", LISTS)
def test_every_search_of_the_admin_answers_every_text(admin: Client, name: str) -> None:
    make_blue_bridges()

    found = {query: admin.get(LISTS[name], {"q": query}).status_code for query in QUERIES}

    assert {query: status for query, status in found.items() if status != 200} == {}


@pytest.mark.parametrize(
    "query", ["Blue", '"Blue', 'Blue"', '"Blue bridge"', 'Blue "bridge"', 'Blue " bridge']
)
def test_a_quotation_mark_hides_no_result(admin: Client, query: str) -> None:
    make_blue_bridges()

    for name in ("organisations", "people", "terms", "images", "documents", "pages"):
        assert "Blue bridge" in admin.get(LISTS[name], {"q": query}).content.decode(), name
    assert "Zebra" not in admin.get(LISTS["organisations"], {"q": query}).content.decode()
