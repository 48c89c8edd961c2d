"""Which site and which language is answered, and in which language what a page refers to comes."""

from typing import Any

import pytest

from cms.content.models import PersonField
from tests.contract.asking import data, refused
from tests.factories import make_organisation, make_person
from tests.page_factories import (
    World,
    coordinator_and,
    make_menu,
    make_news,
    make_project,
    make_standard_page,
    make_world,
    translate,
)
from tests.snapshots import once_per_worker

pytestmark = pytest.mark.django_db

EVERYWHERE = """query($site: String, $locale: Locale) {
  cluster(site: $site, locale: $locale) { name url }
  news(site: $site, locale: $locale) { nodes { title url } }
  siteSettings(site: $site, locale: $locale) { key siteName }
  menu(name: MAIN, site: $site, locale: $locale) { label url }
  route(path: "/", site: $site, locale: $locale) { status page { title } }
  search(text: "item", site: $site, locale: $locale) { totalCount }
}"""
ROUTE = """query($path: String!, $locale: Locale, $site: String) {
  route(path: $path, locale: $locale, site: $site) {
    status redirectTo isPermanent page { title path url locale } } }"""


@once_per_worker
def make_worlds() -> tuple[World, World]:
    """Make two sites, the first of which is the default one and has news in two languages."""
    main = make_world(site_name_bg="Сайт")
    translate(main.news, slug="novini", title="Новини")
    item = make_news(main.news, title="English item", slug="item")
    translate(item, slug="novina", title="Bulgarian item")
    make_menu(main.site, [{"text": "Search", "address": "/search"}])
    make_menu(main.site, [{"text": "Търсене", "address": "/bg/search"}], language="bg")
    other = make_world(key="other", is_default=False)
    make_news(other.news, title="Other item", slug="item")
    return main, other


@pytest.fixture
def worlds() -> tuple[World, World]:
    return make_worlds()


def test_without_arguments_the_default_site_answers_in_its_language(
    worlds: tuple[World, World],
) -> None:
    assert data(EVERYWHERE) == data(EVERYWHERE, site="main", locale="EN")
    assert data(EVERYWHERE) == {
        "cluster": {"name": "Cluster main", "url": "https://main.example/"},
        "news": {
            "nodes": [{"title": "English item", "url": "https://main.example/news/item/"}],
        },
        "siteSettings": {"key": "main", "siteName": "Site main"},
        "menu": [{"label": "Search", "url": "https://main.example/search"}],
        "route": {"status": "OK", "page": {"title": "Cluster main"}},
        "search": {"totalCount": 1},
    }


def test_another_language_is_answered_with_what_there_is_in_it(
    worlds: tuple[World, World],
) -> None:
    assert data(EVERYWHERE, locale="BG") == {
        "cluster": {"name": "Клъстер main", "url": "https://main.example/bg/"},
        "news": {
            "nodes": [{"title": "Bulgarian item", "url": "https://main.example/bg/novini/novina/"}],
        },
        "siteSettings": {"key": "main", "siteName": "Сайт"},
        "menu": [{"label": "Търсене", "url": "https://main.example/bg/search"}],
        "route": {"status": "OK", "page": {"title": "Клъстер main"}},
        "search": {"totalCount": 1},
    }


def test_another_site_is_answered_by_its_key(worlds: tuple[World, World]) -> None:
    answered = data(EVERYWHERE, site="other")

    assert answered["cluster"] == {"name": "Cluster other", "url": "https://other.example/"}
    assert answered["news"]["nodes"] == [
        {"title": "Other item", "url": "https://other.example/news/item/"}
    ]
    assert answered["menu"] == []
    assert answered["search"] == {"totalCount": 1}


def test_nothing_falls_back_to_another_language(worlds: tuple[World, World]) -> None:
    answered = data(EVERYWHERE, site="other", locale="BG")

    assert answered["cluster"]["name"] == "Клъстер other"
    assert answered["news"] == {"nodes": []}
    assert answered["menu"] == []
    assert data(ROUTE, path="/projects/", locale="BG")["route"]["status"] == "NOT_FOUND"
    assert data(ROUTE, path="/bg/news/item/")["route"]["status"] == "NOT_FOUND"


@pytest.mark.parametrize(
    "field",
    [
        "cluster{0} {{ id }}",
        "news{0} {{ totalCount }}",
        "projects{0} {{ totalCount }}",
        "events{0} {{ totalCount }}",
        "openCalls{0} {{ totalCount }}",
        "siteSettings{0} {{ key }}",
    ],
)
def test_an_unknown_site_is_the_asker_s_mistake(worlds: tuple[World, World], field: str) -> None:
    for key in ("nowhere", "", "MAIN", "main.example", "'"):
        asked = field.format(f'(site: "{key}")')
        answer = ("BAD_USER_INPUT", "There is no such site.")
        assert refused(f"{{ {asked} }}") == answer, key


def test_a_site_off_the_air_is_unknown(worlds: tuple[World, World]) -> None:
    _main, other = worlds
    other.settings.is_public = False
    other.settings.save()

    answer = refused('{ news(site: "other") { totalCount } }')

    assert answer == ("BAD_USER_INPUT", "There is no such site.")


def test_a_language_that_is_not_public_answers_nothing(worlds: tuple[World, World]) -> None:
    main, _other = worlds
    main.settings.public_languages = ["en"]
    main.settings.save()

    answered = data(EVERYWHERE, locale="BG")

    assert answered["cluster"] is None
    assert answered["news"] == {"nodes": []}
    assert data("{ cluster { translations { locale } } }") == {
        "cluster": {"translations": [{"locale": "EN"}]}
    }


@pytest.mark.parametrize(
    ("path", "locale", "title"),
    [
        ("/news/item/", None, "English item"),
        ("/news/item", None, "English item"),
        ("news/item", None, "English item"),
        ("/news/item/?utm=1#top", None, "English item"),
        ("/bg/novini/novina/", None, "Bulgarian item"),
        ("/bg/novini/novina/", "BG", "Bulgarian item"),
        ("/novini/novina/", "BG", "Bulgarian item"),
        ("/bg", None, "Клъстер main"),
        ("", None, "Cluster main"),
    ],
)
def test_an_address_may_be_written_in_several_ways(
    worlds: tuple[World, World], path: str, locale: str | None, title: str
) -> None:
    found = data(ROUTE, path=path, locale=locale)["route"]

    assert (found["status"], found["page"]["title"]) == ("OK", title)


@pytest.mark.parametrize(
    "path", ["/nothing/", "/news/item/more/", "/News/item/", "/\x00", "/a" * 4_000]
)
def test_nothing_is_found_where_nothing_is(worlds: tuple[World, World], path: str) -> None:
    assert data(ROUTE, path=path)["route"] == {
        "status": "NOT_FOUND",
        "redirectTo": None,
        "isPermanent": False,
        "page": None,
    }


def test_references_follow_the_language_of_who_refers(worlds: tuple[World, World]) -> None:
    main, _other = worlds
    partner = make_organisation(country="DE")
    project = make_project(
        main.projects,
        title="Project",
        slug="project",
        acronym="P",
        partners=coordinator_and(coordinator=partner),
    )
    alone = make_project(main.projects, title="Only English", slug="alone")
    translate(main.projects, slug="proekti", title="Проекти")
    translate(project, slug="proekt", title="Проект")
    author = make_person(role_en="Editor", role_bg="Редактор", shown=[PersonField.ROLE])
    item = make_news(main.news, title="First", slug="first", project=project, author=author)
    translate(item, slug="parva", title="Първа")
    second = make_news(main.news, title="Second", slug="second", project=alone)
    translate(second, slug="vtora", title="Втора")
    asked = """query($path: String!) { route(path: $path) { page { ... on NewsPage {
      author { role }
      project { title url locale coordinator { country { label } } } } } } }"""

    def page(path: str) -> Any:
        return data(asked, path=path)["route"]["page"]

    assert page("/news/first/") == {
        "author": {"role": "Editor"},
        "project": {
            "title": "Project",
            "url": "https://main.example/projects/project/",
            "locale": "EN",
            "coordinator": {"country": {"label": "Germany"}},
        },
    }
    assert page("/bg/novini/parva/") == {
        "author": {"role": "Редактор"},
        "project": {
            "title": "Проект",
            "url": "https://main.example/bg/proekti/proekt/",
            "locale": "BG",
            "coordinator": {"country": {"label": "Германия"}},
        },
    }
    original = page("/bg/novini/vtora/")["project"]
    assert (original["title"], original["locale"]) == ("Only English", "EN")


def test_breadcrumbs_stay_in_the_language_of_the_page(worlds: tuple[World, World]) -> None:
    asked = "query($p: String!) { route(path: $p) { page { breadcrumbs { title path } } } }"

    english = data(asked, p="/news/item/")["route"]["page"]["breadcrumbs"]
    bulgarian = data(asked, p="/bg/novini/novina/")["route"]["page"]["breadcrumbs"]
    home = data(asked, p="/")["route"]["page"]["breadcrumbs"]

    assert [(page["title"], page["path"]) for page in english] == [
        ("Cluster main", "/"),
        ("News", "/news/"),
    ]
    assert [(page["title"], page["path"]) for page in bulgarian] == [
        ("Клъстер main", "/bg/"),
        ("Новини", "/bg/novini/"),
    ]
    assert home == []


def test_the_same_address_on_two_sites_is_two_pages(worlds: tuple[World, World]) -> None:
    main, other = worlds
    make_standard_page(main.cluster, title="Here", slug="about")
    make_standard_page(other.cluster, title="There", slug="about")

    titles = [
        data(ROUTE, path="/about/", site=key)["route"]["page"]["title"] for key in ("main", "other")
    ]

    assert titles == ["Here", "There"]
