"""An editor writes a news item: refused, mended, public, withdrawn."""

from pathlib import Path
from typing import Any

import pytest

from tests.browser.admin import Admin
from tests.browser.conftest import LogIn
from tests.browser.graphql import Graph
from tests.factories import picture_file
from tests.page_factories import World, make_news, make_project

pytestmark = pytest.mark.browser

DESCRIBE_IT = (
    "Describe the picture for people who cannot see it, or tick “decorative” if it says nothing."
)
# Which of the two depends on whether Wagtail kept a draft by itself before the button was pressed.
REFUSED = [
    [f"The page could not be {done} due to validation errors."] for done in ("created", "saved")
]
PROJECT_URL = "https://main.example/projects/robots/"
TITLE = "Robots help with the harvest"
PATH = "/news/robots-help-with-the-harvest"


def test_a_news_item_is_public_only_once_its_pictures_are_described(
    world: World, log_in: LogIn, graph: Graph, tmp_path: Path
) -> None:
    make_project(world.projects, title="Robots for farms", slug="robots")
    admin = log_in()
    write_news(admin, picture=tmp_path / "harvest.jpg")

    admin.publish()

    assert admin.messages in REFUSED
    assert admin.problem_at("picture_alt") == DESCRIBE_IT
    assert admin.problem_at("body-2-value-alt") == DESCRIBE_IT
    assert graph.route(PATH) == ("NOT_FOUND", None, None)
    assert graph.news() == []
    assert written(admin) == [TITLE, "The first robots pick apples.", "2026-03-05"]
    assert admin.chooser("picture").inner_text().strip() == "Harvest"

    admin.field("picture_alt").fill("A robot under an apple tree")
    admin.field("body-2-value-alt").fill("A basket of apples")
    admin.publish()

    assert admin.messages == [f"Page '{TITLE}' has been published."]
    found = graph.run("site/NewsItem", path=PATH)["route"]
    page = found["page"]
    assert (found["status"], page["title"], page["types"]) == ("OK", TITLE, ["NEWS"])
    assert page["publishedOn"] == "2026-03-05"
    assert page["topics"] == [
        {"code": "ARTIFICIAL_INTELLIGENCE", "label": "Artificial intelligence"}
    ]
    assert [told(block) for block in page["body"]] == [
        ("HeadingBlock", "In the orchard"),
        ("TextBlock", f'<p>Read about <a href="{PROJECT_URL}">Robots for farms</a></p>'),
        ("ImageBlock", "A basket of apples"),
        ("QuoteBlock", "They never tire."),
    ]
    assert page["picture"]["alt"] == "A robot under an apple tree"
    hero = page["picture"]["image"]["rendition"]
    status, file_type, size_bytes = graph.fetch(hero["url"])
    assert (status, file_type, size_bytes > 0) == (200, "image/jpeg", True)
    assert graph.news() == [TITLE]


def test_an_unpublished_news_item_is_gone(world: World, log_in: LogIn, graph: Graph) -> None:
    item = make_news(world.news, title="Old news", slug="old-news")
    admin = log_in()
    assert graph.route("/news/old-news") == ("OK", None, "Old news")

    admin.edit(item)
    admin.more_actions()
    admin.page.get_by_role("link", name="Unpublish").click()
    admin.confirm("Yes, unpublish it")

    assert admin.messages == ["Page 'Old news' unpublished."]
    assert graph.route("/news/old-news") == ("GONE", None, None)
    assert graph.news() == []


def told(block: dict[str, Any]) -> tuple[str, str]:
    """Return what a block is and the words in it."""
    words = {
        "HeadingBlock": lambda: block["text"],
        "TextBlock": lambda: block["content"]["html"],
        "ImageBlock": lambda: block["picture"]["alt"],
        "QuoteBlock": lambda: block["quotation"],
    }
    name = block["__typename"]
    return name, words[name]()


def write_news(admin: Admin, *, picture: Path) -> None:
    """Write an item with two pictures and every common block; describe neither picture."""
    picture.write_bytes(picture_file(size=(1600, 900)).read())
    admin.open("news/")
    admin.page.get_by_role("link", name="Add news item").click()
    admin.field("title").fill(TITLE)
    admin.tick("News")
    admin.field("introduction").fill("The first robots pick apples.")
    admin.field("published_on").fill("2026-03-05")
    admin.tick("Artificial intelligence")
    admin.upload_picture(admin.chooser("picture"), picture, title="Harvest")
    heading = admin.add_block("Heading")
    heading.locator("[name$='-text']").fill("In the orchard")
    text = admin.add_block("Text")
    text.get_by_role("textbox").press_sequentially("Read about ")
    admin.link_to_page(text, title="Robots for farms")
    image = admin.add_block("Picture")
    admin.choose_picture(image.locator(".image-chooser"), title="Harvest")
    quote = admin.add_block("Quotation")
    quote.locator("[name$='-quotation']").fill("They never tire.")


def written(admin: Admin) -> list[str]:
    """Return what stands in the fields that matter."""
    return [admin.field(name).input_value() for name in ("title", "introduction", "published_on")]
