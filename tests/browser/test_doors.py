"""What a newcomer meets first: start page, GraphiQL and the login."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.admin import Admin
from tests.browser.conftest import PASSWORD, account
from tests.page_factories import World

pytestmark = pytest.mark.browser


def test_the_start_page_leads_to_the_admin(
    world: World, open_window: Callable[..., Any], settings: Any
) -> None:
    settings.START_PAGE_ENABLED = True
    page = open_window().new_page()

    page.goto("/")
    page.get_by_role("link", name="Admin", exact=True).click()

    expect(page).to_have_title("Sign in - Wagtail")


def test_graphiql_answers_a_query(
    world: World, open_window: Callable[..., Any], settings: Any
) -> None:
    settings.GRAPHIQL_ENABLED = True
    page = open_window().new_page()

    page.goto("/graphiql?query={cluster{name}}")
    page.get_by_role("button", name="Execute query").click()

    expect(page.locator(".result-window")).to_contain_text("Cluster main")


def test_a_wrong_password_is_refused_and_the_right_one_opens_the_dashboard(
    world: World, open_window: Callable[..., Any]
) -> None:
    account()
    admin = Admin(open_window().new_page())

    for password in ("a wrong password", PASSWORD):
        admin.open("login/")
        admin.field("username").fill("admin")
        admin.field("password").fill(password)
        admin.confirm("Sign in")
        if password != PASSWORD:
            assert admin.messages == ["Your username and password didn't match. Please try again."]

    expect(admin.page.get_by_role("heading", name="ICT Cluster CMS")).to_be_visible()
