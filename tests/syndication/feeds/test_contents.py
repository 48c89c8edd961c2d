"""What is in a feed, in which order, and what leaves it."""

import datetime as dt
from typing import Any
from xml.etree import ElementTree as ET

import pytest
import time_machine

from cms.content.models import TermScheme
from cms.publishing.models import ContentClock
from cms.publishing.reading.structured_data import urn
from cms.publishing.subjects import subjects
from cms.syndication.feeds.once import once_satisfied
from cms.syndication.feeds.reading import PAGE_SIZE
from news.models import NewsPage
from tests.factories import make_term
from tests.page_factories import (
    NOON,
    World,
    make_event,
    make_news,
    make_project,
    make_world,
    translate,
)
from tests.publishing.published import number_changes_now
from tests.syndication.feeds.reading import FORMS, document, get, ids, next_address, titles

pytestmark = pytest.mark.django_db

DELETED = "{http://purl.org/atompub/tombstones/1.0}deleted-entry"
DAY = dt.timedelta(days=1)


def publish(page: Any, **fields: Any) -> None:
    for name, value in fields.items():
        setattr(page, name, value)
    page.save_revision().publish()


def withdrawn(address: str) -> list[str | None]:
    """Return the ids that an Atom feed takes back, and see that the JSON Feed says the same."""
    found = [gone.get("ref") for gone in ET.fromstring(get(address).content).iter(DELETED)]
    told = document(address.replace(".atom", ".json"))["_ict"]["withdrawn"]
    assert [gone["id"] for gone in told] == found
    return found


def test_the_latest_publication_comes_first_and_a_correction_moves_nothing(world: World) -> None:
    pages = [
        make_news(world.news, title=title, published_on=NOON.date() + days * DAY)
        for title, days in (("Old", 0), ("New", 2), ("Between", 1))
    ]

    publish(pages[0], title="Old, corrected", corrected_at=NOON)

    for form in FORMS:
        assert titles(f"news.{form}") == ["New", "Between", "Old, corrected"]
    corrected = document("news.json")["items"][2]
    assert corrected["date_published"] == "2026-03-01T22:00:00Z"
    assert corrected["date_modified"] > corrected["date_published"]


def test_events_and_projects_are_ordered_by_publication_not_by_their_dates(world: World) -> None:
    for number, starts_at in enumerate((NOON, NOON + 9 * DAY, NOON - 9 * DAY)):
        published = NOON + dt.timedelta(hours=number, microseconds=number)
        make_event(
            world.events, title=f"E{number}", starts_at=starts_at, first_published_at=published
        )
        make_project(
            world.projects,
            title=f"P{number}",
            starts_on=starts_at.date(),
            first_published_at=published,
        )

    for form in FORMS:
        assert titles(f"events.{form}") == ["E2", "E1", "E0"]
        assert titles(f"projects.{form}") == ["P2", "P1", "P0"]


def test_an_id_outlives_slug_title_and_place(world: World) -> None:
    page = make_news(world.news, slug="before")
    before = [ids(f"news.{form}") for form in FORMS]

    publish(page, slug="after", title="Other")

    assert [ids(f"news.{form}") for form in FORMS] == before == [[urn(page.public_id)]] * 3
    assert document("news.json")["items"][0]["url"] == "https://main.example/news/after/"


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    "hidden",
    [
        {"live": False},
        {"embargo_until": dt.datetime(2100, 1, 1, tzinfo=dt.UTC)},
        {"expire_at": dt.datetime(2020, 1, 1, tzinfo=dt.UTC)},
        {"syndication_allowed": False},
    ],
    ids=lambda hidden: next(iter(hidden)),
)
def test_what_may_not_be_taken_over_is_absent(
    world: World, form: str, hidden: dict[str, Any]
) -> None:
    make_news(world.news, title="Canary", introduction="Canary", slug="canary", **hidden)
    shown = make_news(world.news, title="Shown")

    answer = get(f"news.{form}")

    assert b"anary" not in answer.content
    assert ids(f"news.{form}") == [urn(shown.public_id)]
    # What never was in the feed is not taken back either.
    assert withdrawn("news.atom") == []


def test_what_is_withdrawn_vanishes_and_is_taken_back(world: World) -> None:
    names = ("unpublished", "deleted", "expired", "kept back", "restricted", "stays")
    pages = {name: make_news(world.news, title=f"Canary {name}") for name in names}
    for form in FORMS:
        assert len(ids(f"news.{form}")) == len(names)

    pages["unpublished"].unpublish()
    gone = {urn(pages.pop("deleted").public_id)}
    NewsPage.objects.get(title="Canary deleted").delete()
    pages["expired"].expire_at = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
    pages["expired"].save()
    publish(pages["kept back"], syndication_allowed=False)
    pages["restricted"].view_restrictions.create(restriction_type="login")

    stays = pages.pop("stays")
    gone |= {urn(page.public_id) for page in pages.values()}
    for form in FORMS:
        assert ids(f"news.{form}") == [urn(stays.public_id)]
    assert set(withdrawn("news.atom")) == gone
    assert b"Canary unpublished" not in get("news.atom").content
    assert withdrawn("events.atom") == []


def test_an_expired_item_is_gone_at_its_instant_without_any_job(world: World) -> None:
    page = make_news(world.news, expire_at=NOON)
    with time_machine.travel(NOON - dt.timedelta(seconds=1), tick=False):
        publish(page)

    with time_machine.travel(NOON - dt.timedelta(microseconds=1), tick=False):
        before = {form: ids(f"news.{form}") for form in FORMS}
    with time_machine.travel(NOON, tick=False):
        after = {form: ids(f"news.{form}") for form in FORMS}
        taken_back = withdrawn("news.atom")

    assert before == {form: [urn(page.public_id)] for form in FORMS}
    assert after == {form: [] for form in FORMS}
    assert taken_back == [urn(page.public_id)]


def test_a_call_opens_and_closes_at_its_instant(world: World) -> None:
    make_news(
        world.news,
        title="Call",
        types=["OPEN_CALL"],
        call_opens_at=NOON,
        call_closes_at=NOON + DAY,
    )
    found = {}

    for moment in (NOON - dt.timedelta(microseconds=1), NOON, NOON + DAY):
        with time_machine.travel(moment, tick=False):
            found[moment] = [
                status
                for status in ("UPCOMING", "OPEN", "CLOSED", "UNKNOWN")
                if titles(f"calls.rss?status={status}") == ["Call"]
            ]
            assert titles("calls.atom?status=CLOSED,OPEN,UPCOMING,UNKNOWN") == ["Call"]

    assert list(found.values()) == [["UPCOMING"], ["OPEN"], ["CLOSED"]]


def test_filters_mean_what_they_mean_in_graphql(world: World) -> None:
    topic = make_term(scheme=TermScheme.NEWS_TOPIC, code="DIGITAL")
    make_term(scheme=TermScheme.NEWS_TOPIC, code="UNUSED")
    project = make_project(world.projects)
    make_news(world.news, title="Plain")
    make_news(world.news, title="Award", types=["NEWS", "ACHIEVEMENT"])
    make_news(world.news, title="Topical", topics=[topic])
    make_news(world.news, title="Projected", project=project, topics=[topic])
    make_event(world.events, title="Off", status="CANCELLED", project=project)
    make_event(world.events, title="On")

    for form in FORMS:
        assert set(titles(f"news.{form}?type=ACHIEVEMENT")) == {"Award"}
        assert set(titles(f"news.{form}?topic=DIGITAL")) == {"Topical", "Projected"}
        assert titles(f"news.{form}?topic=UNUSED") == []
        assert titles(f"news.{form}?project={project.public_id}") == ["Projected"]
        assert titles(f"events.{form}?project={project.public_id}") == ["Off"]
        assert titles(f"events.{form}?status=CANCELLED") == ["Off"]
        assert set(titles(f"events.{form}?status=SCHEDULED,CANCELLED")) == {"Off", "On"}
        assert len(titles(f"projects.{form}?status=UNKNOWN")) == 1
        assert titles(f"projects.{form}?status=RUNNING") == []


def test_an_item_that_leaves_a_filter_is_taken_back_there_and_stays_elsewhere(world: World) -> None:
    topic = make_term(scheme=TermScheme.NEWS_TOPIC, code="DIGITAL")
    project = make_project(world.projects)
    page = make_news(world.news, types=["ACHIEVEMENT"], topics=[topic], project=project)
    narrowed = ["type=ACHIEVEMENT", "topic=DIGITAL", f"project={project.public_id}"]
    for query in narrowed:
        assert withdrawn(f"news.atom?{query}") == []

    page.topics.clear()
    publish(page, types=["NEWS"], project=None)

    for query in narrowed:
        assert ids(f"news.atom?{query}") == []
        assert withdrawn(f"news.atom?{query}") == [urn(page.public_id)]
    assert withdrawn("news.atom?type=OPEN_CALL") == []
    assert ids("news.atom") == [urn(page.public_id)]
    assert withdrawn("news.atom") == []


def test_each_language_and_site_has_feeds_of_its_own(world: World) -> None:
    make_news(world.news, title="English")
    translate(world.news, title="Новини")
    index_bg = world.news.get_translations().get().specific
    make_news(index_bg, title="Български")
    other = make_world(key="other", is_default=False)
    make_news(other.news, title="Elsewhere")

    for form in FORMS:
        assert titles(f"news.{form}") == ["English"]
        assert titles(f"news.{form}?language=bg") == ["Български"]
        assert titles(f"news.{form}?site=other") == ["Elsewhere"]
    bulgarian = document("news.json?language=bg")
    assert bulgarian["language"] == "bg"
    assert bulgarian["home_page_url"] == "https://main.example/bg/"
    assert bulgarian["title"].endswith(": Новини")


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("subject", ["news", "events"])
def test_pages_follow_each_other_without_gaps_or_repeats(
    world: World, subject: str, form: str
) -> None:
    make = {"news": make_news, "events": make_event}[subject]
    parent = {"news": world.news, "events": world.events}[subject]
    made = [
        make(parent, first_published_at=NOON + dt.timedelta(microseconds=number // 2))
        for number in range(PAGE_SIZE + 3)
    ]

    seen: list[str] = []
    address: str | None = f"{subject}.{form}"
    pages = 0
    while address is not None:
        seen += ids(address)
        address = next_address(address)
        pages += 1

    assert pages == 2
    assert sorted(seen) == sorted(urn(page.public_id) for page in made)
    assert len(seen) == len(set(seen))


def test_every_feed_remembers_what_was_in_it() -> None:
    values = {"type": "NEWS", "topic": "A", "project": "B"}
    for subject in subjects().values():
        for parameter in subject.parameters:
            if not parameter.is_timed:
                value = values.get(parameter.name) or parameter.values[0]
                conditions = parameter.conditions((value,), NOON)
                assert once_satisfied(conditions)[0].startswith(" AND ")


def test_the_epoch_is_part_of_what_is_kept(world: World) -> None:
    page = make_news(world.news, title="Before the restore")
    assert titles("news.rss") == ["Before the restore"]

    # A restored database may stand at the same number with other content.
    clock = ContentClock.objects.get()
    publish(page, title="After the restore")
    number_changes_now()
    number = ContentClock.objects.get().value
    ContentClock.objects.update(value=clock.value, epoch="6b0ed0c5-6f83-4a30-8f1c-0d7b3d1d8f11")

    assert number > clock.value
    assert titles("news.rss") == ["After the restore"]
