"""The addresses that are the project's own: health and start page."""

import json
from typing import Any

import pytest
from django.test import Client
from django.urls import Resolver404, resolve, reverse

from cms.start import EXAMPLE
from home.demo.accounts import EDITOR, MODERATOR

pytestmark = pytest.mark.django_db


def test_the_process_says_it_lives(client: Client) -> None:
    live = client.get("/healthz")

    assert (live.status_code, live.content) == (200, b"ok\n")
    assert (
        live.headers["Cache-Control"] == "max-age=0, no-cache, no-store, must-revalidate, private"
    )
    assert live.cookies == {}


def test_the_start_page_tells_a_newcomer_where_everything_is(client: Client, settings: Any) -> None:
    settings.START_PAGE_ENABLED = True
    settings.DEMO_LOGIN, settings.DEMO_PASSWORD = "demo-login", "demo-password"

    text = client.get("/").content.decode()

    for part in (
        "/admin/",
        "/graphql",
        "/files/",
        "/sync",
        "/feeds/news.rss",
        "/calendar.ics",
        "/healthz",
        "demo-login",
        "demo-password",
    ):
        assert part in text
    assert "curl http://testserver/graphql" in text


def test_the_start_page_names_every_account_and_asks_for_what_it_tells_to_change(
    client: Client, settings: Any
) -> None:
    settings.START_PAGE_ENABLED = True

    text = client.get("/").content.decode()

    for name in (EDITOR, MODERATOR):
        assert f"<code>{name}</code>" in text
    assert "change its mission and publish" in text
    assert "mission" in json.loads(EXAMPLE)["query"]


def test_elsewhere_the_root_is_one_plain_sentence(client: Client) -> None:
    answer = client.get("/")

    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert b"no pages" in answer.content
    assert b"admin" not in answer.content


@pytest.mark.parametrize("path", ["/en/", "/bg/news/", "/about/", "/django-admin/"])
def test_no_address_serves_pages(path: str) -> None:
    with pytest.raises(Resolver404):
        resolve(path)


def test_strangers_get_no_document_not_even_whether_it_exists(client: Client) -> None:
    answer = client.get("/documents/1/secret.pdf")

    assert answer.status_code == 302
    assert answer.headers["Location"].startswith(reverse("wagtailadmin_login"))
