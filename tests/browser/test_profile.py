"""An editor fills the profile and watches it become more complete."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import LogIn
from tests.browser.graphql import Graph
from tests.page_factories import World

pytestmark = pytest.mark.browser

PROFILE = """
{ cluster {
    composition { asOf source members smes largeCompanies }
    completeness { score missing { label } }
} }
"""


def test_a_statement_about_members_makes_the_profile_more_complete(
    world: World, log_in: LogIn, graph: Graph
) -> None:
    admin = log_in()
    page = admin.page
    admin.edit(world.cluster)
    panel = page.locator("[data-completeness]")
    assert panel.get_attribute("data-completeness") == "0"
    assert graph.ask(PROFILE)["cluster"]["completeness"]["score"] == 0

    page.get_by_role("link", name="Number of members").click()
    expect(page.get_by_role("tab", name="Figures")).to_have_attribute("aria-selected", "true")
    page.get_by_role("button", name="Add statement").click()
    row = {"as_of": "2026-01-31", "source": "Register", "members": "286", "smes": "0"}
    for name, value in row.items():
        admin.field(f"compositions-0-{name}").fill(value)
    admin.publish()

    admin.edit(world.cluster)
    assert panel.get_attribute("data-completeness") == "13"
    expect(panel).to_contain_text("13 of 100 points")
    expect(panel.get_by_role("link", name="Number of members")).to_have_count(0)
    cluster = graph.ask(PROFILE)["cluster"]
    assert cluster["composition"] == {
        "asOf": "2026-01-31",
        "source": "Register",
        "members": 286,
        "smes": 0,
        "largeCompanies": None,
    }
    assert cluster["completeness"]["score"] == 13
    missing = [item["label"] for item in cluster["completeness"]["missing"]]
    assert "Number of members" not in missing
    assert "About" in missing
    assert page.locator("[data-missing]").all_inner_texts() == missing


def test_members_that_do_not_add_up_are_refused_at_their_field(
    world: World, log_in: LogIn, graph: Graph
) -> None:
    admin = log_in()
    admin.edit(world.cluster)
    admin.tab("Figures")
    admin.page.get_by_role("button", name="Add statement").click()
    for name, value in {"members": "10", "smes": "8", "large_companies": "7"}.items():
        admin.field(f"compositions-0-{name}").fill(value)

    admin.publish()

    message = "The kinds of members add up to 15: correct them or this number."
    assert admin.problem_at("compositions-0-members") == message
    assert admin.field("compositions-0-smes").input_value() == "8"
    assert graph.ask(PROFILE)["cluster"]["composition"] is None
