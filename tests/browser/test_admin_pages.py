"""Every page an editor opens: complete, without errors, on a desk and on a telephone."""

import pytest

from tests.browser.admin import Admin
from tests.browser.conftest import RESULTS, LogIn
from tests.browser.trouble import cut_off, sideways
from tests.factories import make_organisation, make_person, make_programme
from tests.page_factories import (
    World,
    make_event,
    make_menu,
    make_news,
    make_project,
    make_standard_page,
)

pytestmark = pytest.mark.browser

LISTS = {
    "dashboard": ("", "ICT Cluster CMS"),
    "explorer": ("pages/{cluster}/", "Cluster main"),
    "projects": ("projects/", "Projects"),
    "news": ("news/", "News items"),
    "events": ("events/", "Events"),
    "people": ("snippets/content/person/", "People"),
    "organisations": ("snippets/content/organisation/", "Organisations"),
    "terms": ("snippets/content/term/", "Terms"),
    "programmes": ("snippets/content/programme/", "Programmes"),
    "menus": ("snippets/home/menu/", "Menus"),
    "images": ("images/", "Images"),
    "documents": ("documents/", "Documents"),
    "settings": ("settings/home/sitesettings/", "Site profile"),
}
FORMS = {
    "profile": "pages/{cluster}/edit/",
    "news-form": "pages/add/news/newspage/{news}/",
    "event-form": "pages/add/news/eventpage/{events}/",
    "project-form": "pages/add/projects/projectpage/{projects}/",
    "page-form": "pages/add/home/standardpage/{cluster}/",
    "person-form": "snippets/content/person/add/",
    "organisation-form": "snippets/content/organisation/add/",
    "term-form": "snippets/content/term/add/",
    "programme-form": "snippets/content/programme/add/",
    "menu-form": "snippets/home/menu/add/",
}


@pytest.mark.parametrize("size", [(1280, 800), (390, 844)], ids=["desk", "telephone"])
def test_lists_fit_the_screen(world: World, log_in: LogIn, size: tuple[int, int]) -> None:
    furnish(world)
    admin = log_in(size=size)

    for name, (path, heading) in LISTS.items():
        admin.open(path.format(**places(world)))
        draw(admin, f"{name}-{size[0]}")
        assert sideways(admin.page) <= 0, name
        assert cut_off(admin.page) == [], name
        found = admin.page.locator("h1, h2, .w-header, [data-w-breadcrumbs]").all_inner_texts()
        assert any(heading in text for text in found), (name, found)


def test_every_tab_of_every_form_opens(world: World, log_in: LogIn) -> None:
    furnish(world)
    admin = log_in()

    for name, path in FORMS.items():
        admin.open(path.format(**places(world)))
        tabs = admin.page.get_by_role("tab")
        for number in range(tabs.count()):
            if tabs.nth(number).is_visible():
                tabs.nth(number).click()
                draw(admin, f"{name}-{number}")
        draw(admin, name)
        assert admin.page.locator("footer").is_visible(), name


def draw(admin: Admin, name: str) -> None:
    """Leave a picture for people to look at."""
    admin.page.screenshot(path=RESULTS / "admin" / f"{name}.png")


def furnish(world: World) -> None:
    """Put one thing into every list."""
    make_standard_page(world.cluster, title="About us", slug="about-us")
    make_project(world.projects, title="Robots for farms")
    make_news(world.news, title="Prize")
    make_event(world.events, title="Open day")
    make_person(name="Ana Petrova")
    make_organisation(name="Technical University")
    make_programme(name="COSME")
    make_menu(world.site, [{"text": "News", "page": world.news.pk}])


def places(world: World) -> dict[str, int]:
    """Return the pages that addresses are made of."""
    return {
        "cluster": world.cluster.pk,
        "news": world.news.pk,
        "events": world.events.pk,
        "projects": world.projects.pk,
    }
