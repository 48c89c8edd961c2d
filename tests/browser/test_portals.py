"""Portals: made by those who manage them, with keys and secrets seen once; and the tab "Outside"."""

import datetime as dt

import pytest
from playwright.sync_api import expect

from cms.syndication.models import DeliveryState, Portal
from tests.browser.conftest import LogIn
from tests.page_factories import World, make_event, make_news
from tests.syndication.portals import make_delivery, make_portal, row_of

pytestmark = pytest.mark.browser


def test_a_portal_is_made_and_its_key_and_secret_are_seen_once(world: World, log_in: LogIn) -> None:
    manager = log_in("Portal managers")

    manager.open("")
    manager.page.get_by_role("link", name="Portals", exact=True).click()
    manager.page.get_by_role("link", name="Add portal").first.click()
    manager.field("name").fill("European Cluster Collaboration Platform")
    manager.tick("News item")
    manager.tick("Български")
    manager.field("webhook_url").fill("http://portal.example/hook")
    manager.page.locator("footer button[type=submit]").click()
    assert "https" in manager.problem_at("webhook_url")

    manager.field("webhook_url").fill("https://portal.example/hook")
    manager.page.locator("footer button[type=submit]").click()
    secret = manager.page.get_by_label("Signing secret", exact=True).input_value()
    manager.page.get_by_role("link", name="I have copied it").click()
    manager.page.get_by_role("button", name="Make a key").click()
    key = manager.page.get_by_label("New key", exact=True).input_value()
    manager.page.get_by_role("link", name="I have copied it").click()

    assert secret == Portal.objects.get().secret
    assert key.startswith("ict_")
    expect(manager.page.get_by_text(f"{key[:12]}…", exact=True)).to_be_visible()
    for hidden in (secret, key):
        assert hidden not in manager.page.content()

    manager.page.get_by_role("button", name="Change the secret").click()
    changed = manager.page.get_by_label("Signing secret", exact=True).input_value()
    manager.page.get_by_role("link", name="I have copied it").click()

    assert changed not in {secret, ""}
    expect(manager.page.get_by_text("The secret from before signs along until")).to_be_visible()

    manager.page.get_by_role("button", name=f"Revoke {key[:12]}…").click()

    expect(manager.page.get_by_text(f"The key {key[:12]}… counts no longer.")).to_be_visible()
    expect(manager.page.get_by_role("row", name=f"{key[:12]}…")).to_contain_text("revoked")


def test_what_was_given_up_is_tried_again(world: World, log_in: LogIn) -> None:
    portal = make_portal(name="European Cluster Collaboration Platform")
    row = row_of(make_news(world.news, title="Prize"))
    error = "The answer was 500."
    make_delivery(portal, row, DeliveryState.FAILED, status=500, answer="Oops", error=error)
    manager = log_in("Moderators")

    manager.open("portals/")
    manager.page.get_by_role("link", name=portal.name).first.click()
    manager.page.get_by_role("link", name="See why").click()
    expect(manager.page.get_by_role("row", name="Prize")).to_contain_text("500 The answer was 500.")
    manager.page.get_by_role("button", name="Try again", exact=True).click()

    expect(manager.page.get_by_text("1 on the way again.")).to_be_visible()
    expect(manager.page.get_by_text("Nothing was given up.")).to_be_visible()


def test_an_editor_sees_how_a_draft_looks_outside(world: World, log_in: LogIn) -> None:
    item = make_news(world.news, title="A new laboratory", licence="CC-BY-4.0")
    holder, slow = make_portal(name="Sofia Tech"), make_portal(name="Danube Region")
    make_delivery(holder, row_of(item), DeliveryState.DELIVERED)
    make_delivery(slow, row_of(item), DeliveryState.PENDING)
    editor = log_in("Editors")

    editor.edit(item)
    editor.tab("Outside")
    outside = editor.page.locator(".outside")
    expect(outside.locator(".search-result__title")).to_have_text("A new laboratory")
    expect(outside.get_by_role("row", name="Sofia Tech")).to_contain_text("Has the present version")
    expect(outside.get_by_role("row", name="Danube Region")).to_contain_text("On its way")

    editor.tab("News item")
    editor.settle()
    editor.field("title").fill("A new laboratory in Sofia")
    editor.settle()
    editor.tab("Outside")

    expect(outside.locator(".portal-card__title")).to_have_text("A new laboratory in Sofia")


def test_an_editor_sees_how_an_event_stands_in_calendars(world: World, log_in: LogIn) -> None:
    begin = dt.datetime(2026, 5, 4, 9, 0, tzinfo=dt.UTC)
    event = make_event(
        world.events, title="Open day", starts_at=begin, venue_name="Hall 3", venue_city="Sofia"
    )
    editor = log_in("Editors")

    editor.edit(event)
    editor.tab("Outside")

    entry = editor.page.locator(".calendar-entry")
    expect(entry).to_contain_text("Mon 4 May 2026, 12:00 – 14:00")
    expect(entry).to_contain_text("Hall 3, Sofia")
