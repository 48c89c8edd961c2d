"""Editors see their pictures: in the list, in the chooser, in a form and in a text."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect
from wagtail.users.models import UserProfile

from tests.browser.conftest import LogIn, account
from tests.factories import make_document, make_image, picture_file
from tests.page_factories import World, make_standard_page

pytestmark = pytest.mark.browser


def test_every_picture_of_the_admin_is_loaded(world: World, log_in: LogIn) -> None:
    for number in range(3):
        make_image(title=f"Picture {number}")
    UserProfile.objects.create(user=account("Editors"), avatar=picture_file(name="face.jpg"))
    editor = log_in("Editors")

    editor.open("images/")
    assert not_loaded(editor.page, at_least=3) == []

    editor.open(f"pages/add/news/newspage/{world.news.pk}/")
    chooser = editor.page.locator("[id$='-chooser']").filter(
        has=editor.page.get_by_role("button", name="Choose an image")
    )
    chooser.first.get_by_role("button", name="Choose an image").click()
    expect(editor.dialog.get_by_role("link", name="Picture 1")).to_be_visible()
    assert not_loaded(editor.page, at_least=3) == []

    editor.dialog.get_by_role("link", name="Picture 1").click()
    expect(editor.dialog).to_have_count(0)
    assert not_loaded(editor.page, at_least=1) == []


def test_the_form_of_an_image_shows_it_and_links_it_in_full_size(
    world: World, log_in: LogIn
) -> None:
    image = make_image(title="Bridge")
    editor = log_in("Editors")

    editor.open(f"images/{image.pk}/")

    assert not_loaded(editor.page, at_least=1) == []
    link = editor.page.get_by_role("link", name=image.filename)
    answer = editor.page.request.get(str(link.get_attribute("href")))
    assert (answer.status, answer.headers["content-type"]) == (200, "image/jpeg")


def test_a_saved_form_shows_its_picture_again(world: World, log_in: LogIn) -> None:
    picture = {"picture": make_image(title="Bridge"), "picture_is_decorative": True}
    item = make_standard_page(world.cluster, title="About", **picture)
    editor = log_in("Editors")

    editor.edit(item)

    assert not_loaded(editor.page, at_least=1) == []


def test_a_document_is_downloaded_from_its_list(world: World, log_in: LogIn) -> None:
    document = make_document(title="Minutes", name="minutes.csv", content=b"a,b")
    editor = log_in("Editors")

    editor.open(f"documents/edit/{document.pk}/")
    with editor.page.expect_download() as download:
        editor.page.get_by_role("link", name=document.filename).click()

    assert download.value.path().read_bytes() == b"a,b"


def not_loaded(page: Page, *, at_least: int) -> list[str]:
    """Return the addresses of images that are not shown, once all of them have been asked for."""
    script = """async () => {
        // An empty chooser holds an image without an address.
        const images = [...document.images].filter(image => image.getAttribute("src"));
        images.forEach(image => { image.loading = "eager"; });
        await Promise.all(images.map(image => image.complete || new Promise(done => {
            image.addEventListener("load", done);
            image.addEventListener("error", done);
        })));
        return images.map(image => [image.src, image.naturalWidth]);
    }"""
    found: list[list[Any]] = page.evaluate(script)
    files = [address for address, _ in found if "/admin/files/renditions/" in address]
    assert len(files) >= at_least, found
    return [address for address, width in found if not width]
