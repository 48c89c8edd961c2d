"""A thing stops being public at its last instant exactly, in every read, without any job."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import orjson
import pytest
import time_machine
from django.test import Client

from cms.api.pipeline import respond
from cms.content.models import TermScheme
from cms.publishing.files import file_url
from cms.publishing.models import PublishedItem
from cms.publishing.reading import conditions
from cms.publishing.reading.addresses import At
from cms.publishing.reading.conditions import Having, Order, PointingAt, Whose
from cms.publishing.reading.context import ReadContext
from cms.publishing.reading.items import COLUMNS, Item
from cms.publishing.reading.listing import Listing
from cms.publishing.reading.loads import ByPublicId, Load, Things, Translations
from cms.publishing.scopes import transaction
from cms.syndication.stream import ChangesAfter
from search.facets import FacetCounts
from tests.contract.conftest import settle
from tests.factories import make_organisation, make_term
from tests.page_factories import (
    make_news,
    make_project,
    make_public_document,
    make_world,
    translate,
)
from tests.snapshots import once_per_worker

pytestmark = pytest.mark.django_db

END = dt.datetime(2026, 3, 2, 12, 0, tzinfo=dt.UTC)
MICROSECOND = dt.timedelta(microseconds=1)


@dataclass(frozen=True)
class Ending:
    """Hold what ends at `END`, and what points at it and goes on."""

    project: Any
    project_bg: Any
    news: Any
    topic: Any
    partner: Any
    document: Any

    @property
    def key(self) -> str:
        return f"page:{self.project.pk}"

    @property
    def public_id(self) -> str:
        return str(self.project.public_id)


@once_per_worker
def make_ending() -> Ending:
    """Make what ends, and let it end at `END`."""
    with transaction():
        world = make_world()
        topic = make_term(scheme=TermScheme.NEWS_TOPIC, code="ENDING")
        partner = make_organisation(country="FI")
        document = make_public_document()
        project = make_project(world.projects, title="Ending", partners={partner: "PARTNER"})
        translate(world.projects)
        project_bg = translate(project, title="Свършва")
        make_project(world.projects, title="Lasting", partners={partner: "PARTNER"})
        news = make_news(world.news, project=project, topics=[topic], title="Lasting news")
    found = Ending(project, project_bg, news, topic, partner, document)
    keys = [found.key, f"page:{project_bg.pk}", f"term:{topic.pk}"]
    keys += [f"organisation:{partner.pk}", f"document:{document.pk}"]
    assert PublishedItem.objects.filter(key__in=keys).update(valid_until=END) == len(keys)
    return found


@pytest.fixture
def ending() -> Ending:
    found = make_ending()
    settle()
    return found


def listed(*conditions: Any, kind: str = "NewsPage", **options: Any) -> Listing:
    return Listing(
        (kind,),
        "main",
        "en",
        Order.TITLE_ASC,
        10,
        conditions=conditions,
        wants_total=True,
        **options,
    )


def one(context: ReadContext, load: Load) -> Any:
    context.load([load])
    return context.results[load]


def path(item: Any) -> str:
    return PublishedItem.objects.values_list("path", flat=True).get(key=f"page:{item.pk}")


def tail_of(context: ReadContext, ending: Ending) -> str | None:
    names = [*COLUMNS, "tail"]
    row = PublishedItem.objects.filter(key=ending.key).values_list(*names).get()
    item = Item(tuple(row[:-1]))
    context.need_tail(item)
    return item._tail


def topic_buckets(context: ReadContext) -> Any:
    search = listed(conditions.Containing(("lasting",)))
    return one(context, FacetCounts(search, "en"))


def change_of(context: ReadContext, ending: Ending) -> Any:
    (found,) = [
        node
        for node in one(context, ChangesAfter(None, 100)).nodes
        if node.public_id == ending.public_id
    ]
    return found


READS: dict[str, Callable[[ReadContext, Ending], object]] = {
    "Things": lambda c, e: one(c, Things((e.key,), locale="en")),
    "Things, as seen from another language": lambda c, e: one(c, Things((e.key,), locale="bg")),
    "Things, a snippet": lambda c, e: one(c, Things((f"term:{e.topic.pk}",), locale="en")),
    "thing": lambda c, e: c.thing(e.key, locale="en"),
    "need_tail": tail_of,
    "At": lambda c, e: one(c, At("main", path(e.project))).item,
    "Translations": lambda c, e: one(c, Translations(str(e.project.translation_key), "main")),
    "ByPublicId": lambda c, e: one(c, ByPublicId(e.public_id)),
    "ByPublicId, a document": lambda c, e: one(c, ByPublicId(e.document.public_id)),
    "Listing": lambda c, e: (
        "Ending" in [item.title for item in one(c, listed(kind="ProjectPage")).items]
    ),
    "Listing, total": lambda c, e: one(c, listed(kind="ProjectPage")).total == 2,
    "Listing, pointing at it": lambda c, e: (
        one(c, listed(PointingAt("project", public_id=e.public_id))).items
    ),
    "Listing, pointing at its translation": lambda c, e: (
        one(c, listed(PointingAt("project", public_id=e.project_bg.public_id))).total
    ),
    "Listing, pointing at the group": lambda c, e: (
        one(c, listed(PointingAt("project", translation_key=str(e.project.translation_key)))).items
    ),
    "Listing, whose topic has a code": lambda c, e: (
        one(c, listed(Whose("topic", Having("termCode", ("ENDING",))))).items
    ),
    "Listing, whose partner is from a country": lambda c, e: (
        one(c, listed(Whose("partner", Having("country", ("FI",))), kind="ProjectPage")).total
    ),
    "FacetCounts, topics": lambda c, e: topic_buckets(c).get("TOPIC"),
    "FacetCounts, projects": lambda c, e: topic_buckets(c).get("PROJECT"),
    "FacetCounts, countries": lambda c, e: one(
        c, FacetCounts(listed(conditions.Containing(("lasting",)), kind="ProjectPage"), "en")
    ).get("COUNTRY"),
    "ChangesAfter": lambda c, e: change_of(c, e).item,
    "ChangesAfter, what happened": lambda c, e: change_of(c, e).change == "PUBLISHED",
}


@pytest.mark.parametrize("name", READS)
def test_a_read_ends_at_the_last_instant(ending: Ending, name: str) -> None:
    before = READS[name](ReadContext(now=END - MICROSECOND), ending)
    after = READS[name](ReadContext(now=END), ending)

    assert bool(before)
    assert not after


def test_every_kind_of_load_is_among_them() -> None:
    known = {load.__name__ for load in Load.__subclasses__()}

    assert known == {name for name in known if any(read.startswith(name) for read in READS)}
    assert len(known) >= 7


def test_a_file_ends_at_the_last_instant(ending: Ending, client: Client) -> None:
    document = one(ReadContext(now=END - MICROSECOND), ByPublicId(ending.document.public_id))
    address = file_url(document, document.get("fileName")).removeprefix("http://files.test")

    with time_machine.travel(END - MICROSECOND, tick=False):
        before = client.get(address)
    with time_machine.travel(END, tick=False):
        after = client.get(address)

    assert (before.status_code, after.status_code) == (200, 404)
    assert before.getvalue()


def test_an_answer_ends_at_the_last_instant(ending: Ending) -> None:
    query = "query ($path: String!) { route(path: $path) { status page { title } } }"
    body = orjson.dumps({"query": query, "variables": {"path": path(ending.project)}})

    before = orjson.loads(respond(body, context=ReadContext(now=END - MICROSECOND)).body)
    after = orjson.loads(respond(body, context=ReadContext(now=END)).body)

    assert before["data"]["route"] == {"status": "OK", "page": {"title": "Ending"}}
    assert after["data"]["route"] == {"status": "GONE", "page": None}
