"""Each sort of change that makes an answer another one names a tag that the answer bears."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import orjson
import pytest
import time_machine
from django.db.models import Max
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Page

from cms.api import pipeline
from cms.content.models import Organisation, Term
from cms.publishing.models import PublishedItem
from cms.publishing.tags import tags_to_purge
from cms.syndication import purge, retention
from cms.syndication.models import Delivery
from home.models import Menu
from news.models import NewsPage
from projects.models import ProjectPage
from tests.api.cache.asking import Server
from tests.api.cache.conftest import a_second_later
from tests.factories import make_organisation, make_term
from tests.page_factories import (
    World,
    coordinator_and,
    make_menu,
    make_news,
    make_project,
    make_world,
    translate,
)
from tests.snapshots import once_per_worker


@dataclass(frozen=True)
class Things:
    """Hold what the changes are made to."""

    world: World
    page: NewsPage
    project: ProjectPage
    term: Term
    partner: Organisation
    menu: Menu


@once_per_worker
def make_things() -> Things:
    """Make a project with partners, a news item about it, and a menu that leads there."""
    world, term = make_world(), make_term(code="SEA", label_en="Sea")
    partner = make_organisation(name="Partner", country="FI")
    roles = coordinator_and(partner, coordinator=make_organisation(name="Head", country="BG"))
    project = make_project(world.projects, title="Bridge", slug="bridge", partners=roles)
    page = make_news(world.news, title="One", slug="one", project=project)
    page.topics.set([term])
    page.save_revision().publish()
    menu = make_menu(world.site, [{"text": "", "page": project.pk}])
    translate(world.projects)
    return Things(world, page, project, term, partner, menu)


@pytest.fixture
def things(server: Server, db: None) -> Things:
    """Return things that were made more than a second ago."""
    found = make_things()
    a_second_later()
    return found


def _published(thing: Any, **values: Any) -> None:
    for name, value in values.items():
        setattr(thing, name, value)
    thing.save_revision().publish()


def _saved(thing: Any, **values: Any) -> None:
    for name, value in values.items():
        setattr(thing, name, value)
    thing.save()


def _moved(thing: Any, below: Any) -> None:
    # Tree nodes in memory forget their children.
    fresh = Page.objects.get(pk=thing.pk)
    fresh.move(Page.objects.get(pk=below.pk), pos="last-child")


NEWS = "{ news { nodes { title topics { label } } } }"
BY_TOPIC = '{ news(filter: {topics: ["SEA"]}) { totalCount } }'
BY_COUNTRY = '{ projects(filter: {countries: ["FI"]}) { totalCount } }'
COUNTS = '{ search(text: "bridge") { facets { name buckets { value count label } } } }'
PROJECT = (
    '{ route(path: "/projects/bridge/") { status page { url translations { locale }'
    " ... on ProjectPage { partners { organisation { name } } news { nodes { title } } } } } }"
)
MENU = "{ menu(name: MAIN) { label url } }"
NOWHERE = '{ route(path: "/news/two") { status redirectTo } }'
PAGE = '{ route(path: "/news/one/") { page { ... on NewsPage { project { title url } } } } }'
BREADCRUMBS = '{ route(path: "/news/one/") { page { breadcrumbs { title } } } }'

CHANGES: dict[str, tuple[str, Callable[[Things], Any]]] = {
    "a new item": (NEWS, lambda t: make_news(t.world.news, title="Two", slug="two")),
    "an item is gone": (NEWS, lambda t: t.page.unpublish()),
    "a label": (NEWS, lambda t: _published(t.term, label_en="Ocean")),
    "a hidden topic": (NEWS, lambda t: t.term.unpublish()),
    "a code that is filtered by": (BY_TOPIC, lambda t: _published(t.term, code="OCEAN")),
    "a topic that is filtered by": (BY_TOPIC, lambda t: t.term.unpublish()),
    "a country that is filtered by": (BY_COUNTRY, lambda t: _published(t.partner, country="EE")),
    "a country that is counted": (COUNTS, lambda t: _published(t.partner, country="EE")),
    "a partner's name": (PROJECT, lambda t: _published(t.partner, name="Another")),
    "a hidden partner": (PROJECT, lambda t: t.partner.unpublish()),
    "news of a project": (PROJECT, lambda t: t.page.unpublish()),
    "a translation": (PROJECT, lambda t: translate(t.project, slug="most")),
    "a page that is hidden": (PROJECT, lambda t: t.project.unpublish()),
    "a page that is moved": (PROJECT, lambda t: _moved(t.project, t.world.events)),
    "what a menu leads to moves": (MENU, lambda t: _published(t.project, slug="tunnel")),
    "what a menu leads to is hidden": (MENU, lambda t: t.project.unpublish()),
    "a menu": (MENU, lambda t: _saved(t.menu, items=[])),
    "a menu that is deleted": (MENU, lambda t: t.menu.delete()),
    "a page where nothing was": (NOWHERE, lambda t: make_news(t.world.news, slug="two")),
    "a redirect where nothing was": (
        NOWHERE,
        lambda t: Redirect.objects.create(old_path="/news/two", redirect_page=t.page),
    ),
    "what is referred to": (PAGE, lambda t: _published(t.project, title="Tunnel")),
    "what is referred to is hidden": (PAGE, lambda t: t.project.unpublish()),
    "a page above": (BREADCRUMBS, lambda t: _published(t.world.news, title="Journal")),
    "the site's address": (
        PROJECT,
        lambda t: _saved(t.world.settings, frontend_base_url="https://elsewhere.example"),
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_purges_the_answers_that_it_makes_others(things: Things, change: str) -> None:
    query, act = CHANGES[change]
    asked = orjson.dumps({"query": query})
    before = pipeline.respond(asked)
    position = PublishedItem.objects.aggregate(last=Max("seq"))["last"]

    act(things)
    a_second_later()
    after = pipeline.respond(asked)

    changed = PublishedItem.objects.filter(seq__gt=position)
    purged = {tag for row in changed for tag in tags_to_purge(row)[:2]}
    assert before.kept is not None
    assert before.kept.kept is not None
    assert before.body != after.body
    assert purged.intersection(before.kept.kept.tags)


def test_an_answer_that_something_was_there_bears_what_is_purged_when_that_is_forgotten(
    things: Things,
) -> None:
    asked = orjson.dumps({"query": '{ route(path: "/news/one/") { status } }'})
    things.page.unpublish()
    a_second_later()
    before = pipeline.respond(asked)
    row = PublishedItem.objects.get(key=f"page:{things.page.pk}")

    with time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(days=401)):
        assert retention.purge() == 1
    a_second_later()
    after = pipeline.respond(asked)

    assert before.body == b'{"data":{"route":{"status":"GONE"}}}'
    assert after.body == b'{"data":{"route":{"status":"NOT_FOUND"}}}'
    assert before.kept is not None
    assert before.kept.kept is not None
    assert set(tags_to_purge(row)[:2]).intersection(before.kept.kept.tags)


def test_an_answer_about_a_tombstone_bears_what_is_purged_when_that_is_forgotten(
    things: Things, settings: Any
) -> None:
    settings.PURGE_URL = "https://cache.example/purge"
    purge.follow()
    asked = orjson.dumps({"query": "{ changes(first: 100) { nodes { sourceId kind } } }"})
    gone = make_term(code="AIR")
    gone.unpublish()
    a_second_later()
    before = pipeline.respond(asked)

    with time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(days=401)):
        assert retention.purge() == 1
    a_second_later()
    after = pipeline.respond(asked)

    (told,) = Delivery.objects.exclude(place=None)
    assert b"WITHDRAWN" in before.body
    assert b"WITHDRAWN" not in after.body
    assert before.kept is not None
    assert before.kept.kept is not None
    assert told.place is not None
    assert set(tags_to_purge(purge.Place(**told.place))).intersection(before.kept.kept.tags)
