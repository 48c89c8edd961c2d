"""Public addresses say which methods they allow, to clients that have no session and no form."""

import pytest
from django.test import Client

from tests.page_factories import make_event, make_world

pytestmark = pytest.mark.django_db

READING = ("GET", "HEAD")
ALLOWED = {
    "/": READING,
    "/files/a/b/c": READING,
    "/sync": READING,
    "/feeds/news.rss": READING,
    "/calendar.ics": READING,
    "/calls.ics": READING,
    "/events/EVENT.ics": READING,
    "/sitemap.xml": READING,
    "/sitemap-news.xml": READING,
    "/oai": ("GET", "HEAD", "POST"),
    "/hub": ("POST",),
    "/graphql": ("GET", "HEAD", "POST", "OPTIONS"),
    "/graphql/schema.graphql": ("GET", "HEAD", "OPTIONS"),
    "/graphiql": READING,
    "/healthz": READING,
    "/readyz": READING,
    "/metrics": READING,
}
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND")


@pytest.mark.parametrize("address", ALLOWED)
def test_other_methods_are_405_with_what_is_allowed(address: str) -> None:
    address_of = make_event(make_world().events).public_id
    path = address.replace("EVENT", address_of)
    # As strict as in production: the test client leaves CSRF out otherwise.
    client = Client(enforce_csrf_checks=True)
    refused = [method for method in METHODS if method not in ALLOWED[address]]

    answers = {method: client.generic(method, path) for method in refused}

    for method, answer in answers.items():
        allowed = {name.strip() for name in answer.headers.get("Allow", "").split(",")}
        text = answer.content.decode()
        assert answer.status_code == 405, method
        assert allowed in (set(ALLOWED[address]), {*ALLOWED[address], "OPTIONS"}), method
        assert "<" not in text, text
        assert "csrf" not in text.lower()
        assert not answer.cookies
        assert "Cookie" not in answer.headers.get("Vary", "")


@pytest.mark.parametrize("address", [path for path in ALLOWED if "a/b" not in path])
def test_allowed_methods_are_not_405(address: str) -> None:
    path = address.replace("EVENT", make_event(make_world().events).public_id)
    client = Client(enforce_csrf_checks=True)

    statuses = {client.generic(method, path).status_code for method in ALLOWED[address]}

    assert statuses & {403, 405} == set()
