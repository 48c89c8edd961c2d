"""Documents for other systems are answered alike: parameters, conditions, methods, costs."""

import datetime as dt
from collections.abc import Callable

import pytest
import time_machine
from django.contrib.auth import get_user_model
from django.db import OperationalError
from django.test import Client

from cms.content.models import Organisation, Term
from cms.publishing.models import PublishedItem
from cms.publishing.reading.context import ReadContext
from news.models import EventPage
from tests.factories import make_image
from tests.page_factories import World, make_event, make_news, make_project
from tests.syndication.asking import get, refused, settle

pytestmark = pytest.mark.usefixtures("clock")

ADDRESSES = (
    "/calendar.ics",
    "/calls.ics",
    "/sitemap.xml",
    "/sitemap-news.xml",
    "/oai?verb=ListRecords&metadataPrefix=oai_dc",
    "/oai?verb=ListIdentifiers&metadataPrefix=oai_dc",
)
ABOUT = ("/oai?verb=Identify", "/oai?verb=ListSets")
FORMATS = "/oai?verb=ListMetadataFormats"


def fill(world: World, *, count: int) -> EventPage:
    """Make so many of everything, each with all that it can refer to; return an event."""
    image, topic = make_image(), Term.objects.filter(scheme="NEWS_TOPIC").first()
    project = make_project(world.projects)
    for number in range(count):
        organisation = Organisation.objects.create(name=f"Organisation {number}")
        event = make_event(world.events, project=project, picture=image, picture_alt="X")
        event.organisers.create(organisation=organisation)
        event.save()
        news = make_news(
            world.news,
            types=["OPEN_CALL"],
            call_closes_at=dt.datetime(2026, 4, 1, tzinfo=dt.UTC),
            project=project,
            picture=image,
            picture_alt="X",
        )
        news.topics.set([topic])
        news.save()
    settle()
    return event


@pytest.fixture
def event(world: World) -> EventPage:
    return fill(world, count=1)


def test_it_costs_three_statements_at_the_most_with_one_item_and_with_twenty(
    world: World,
) -> None:
    fill(world, count=1)
    one = {address: get(address) for address in (*ADDRESSES, *ABOUT)}
    fill(world, count=20)
    many = {address: get(address) for address in (*ADDRESSES, *ABOUT)}

    for address, told in many.items():
        assert len(one[address].statements) == len(told.statements) <= 3, address
        assert (len(told.body) > len(one[address].body)) == (address in ADDRESSES), address


def test_one_event_costs_three_statements(event: EventPage) -> None:
    assert len(get(f"/events/{event.public_id}.ics").statements) <= 3


def test_an_unchanged_document_is_not_sent_again(
    event: EventPage, clock: time_machine.Traveller
) -> None:
    for address in (*ADDRESSES, *ABOUT, FORMATS, f"/events/{event.public_id}.ics"):
        clock.shift(5)
        first = get(address)
        clock.shift(5)
        by_mark = get(address, **{"If-None-Match": first.headers["ETag"]})

        assert first.status == 200, address
        assert (by_mark.status, by_mark.body) == (304, b""), address
        assert by_mark.headers["ETag"] == first.headers["ETag"]
        # A protocol whose answers bear the time of answering has nothing to say of their change.
        assert ("Last-Modified" in first.headers) == ("oai" not in address), address
        if "Last-Modified" in first.headers:
            since = first.headers["Last-Modified"]
            assert get(address, **{"If-Modified-Since": since}).status == 304, address


@pytest.mark.parametrize("address", ["/calendar.ics", "/calls.ics", "/sitemap.xml"])
def test_a_change_is_seen_by_whoever_asks_on_condition(
    world: World, event: EventPage, clock: time_machine.Traveller, address: str
) -> None:
    clock.shift(5)
    before = get(address)
    clock.shift(5)
    make_event(world.events)
    make_news(
        world.news, types=["OPEN_CALL"], call_closes_at=dt.datetime(2026, 5, 1, tzinfo=dt.UTC)
    )
    settle()
    clock.shift(5)

    for mark, condition in ("ETag", "If-None-Match"), ("Last-Modified", "If-Modified-Since"):
        told = get(address, **{condition: before.headers[mark]})
        assert told.status == 200
        assert told.headers[mark] != before.headers[mark]


def test_an_expiry_is_seen_by_whoever_asks_on_condition(
    world: World, clock: time_machine.Traveller
) -> None:
    make_event(world.events, title="Stays")
    make_event(world.events, expire_at=dt.datetime.now(dt.UTC) + dt.timedelta(seconds=60))
    settle()
    clock.shift(5)
    since = get("/calendar.ics").headers["Last-Modified"]
    assert get("/calendar.ics", **{"If-Modified-Since": since}).status == 304

    clock.shift(60)

    told = get("/calendar.ics", **{"If-Modified-Since": since})
    assert (told.status, len(told.events)) == (200, 1)


def test_a_renamed_organiser_is_seen_by_whoever_asks_on_condition(
    event: EventPage, clock: time_machine.Traveller
) -> None:
    address = f"/events/{event.public_id}.ics"
    clock.shift(5)
    before = get(address)
    clock.shift(5)
    organisation = Organisation.objects.get(name="Organisation 0")
    organisation.name = "Renamed"
    organisation.save()
    settle()
    clock.shift(5)

    told = get(address, **{"If-Modified-Since": before.headers["Last-Modified"]})

    assert str(told.events[0]["CONTACT"]) == "Renamed"


def test_what_changed_this_second_promises_no_time(
    event: EventPage, clock: time_machine.Traveller
) -> None:
    # Another change may fall into the same second.
    assert "Last-Modified" not in get("/calendar.ics").headers

    clock.shift(1)

    assert get("/calendar.ics").headers["Last-Modified"] == "Mon, 02 Mar 2026 12:00:00 GMT"


def test_everybody_is_answered_alike(event: EventPage) -> None:
    known = Client()
    known.force_login(get_user_model().objects.create_superuser("admin", password="x"))

    for address in (*ADDRESSES, *ABOUT, FORMATS):
        answer = known.get(address)

        assert answer.content == get(address).body, address
        assert not answer.cookies
        assert answer.headers.get("Vary") == "Authorization"
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert answer.headers["Cache-Control"] == "public, no-cache"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_head_is_that_of_its_document(event: EventPage) -> None:
    for address in (*ADDRESSES, *ABOUT, FORMATS):
        head, document = get(address, "HEAD"), get(address)

        assert (head.status, head.body) == (200, b""), address
        assert head.headers["ETag"] == document.headers["ETag"]
        assert head.headers["Content-Type"] == document.headers["Content-Type"]


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"])
@pytest.mark.parametrize(
    ("address", "allowed"),
    [
        ("/calendar.ics", "GET, HEAD"),
        ("/calls.ics", "GET, HEAD"),
        ("/events/x.ics", "GET, HEAD"),
        ("/sitemap.xml", "GET, HEAD"),
        ("/sitemap-news.xml", "GET, HEAD"),
        ("/oai", "GET, HEAD, POST"),
    ],
)
def test_it_can_only_be_read(db: None, method: str, address: str, allowed: str) -> None:
    told = get(address, method)

    if method in allowed:
        assert told.status == 415
        return
    assert (told.status, told.headers["Allow"]) == (405, allowed)
    assert f'"message":"Use {allowed}."' in told.text
    assert told.statements == []


PARAMETERS = "site, language, project, from, to"
NO_INSTANT = "is neither a date (2026-03-01) nor an instant (2026-03-01T12:00:00Z)."


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("calendar.ics?langauge=bg", f"There is no parameter `langauge`; there are {PARAMETERS}."),
        ("calendar.ics?topic=ict", f"There is no parameter `topic`; there are {PARAMETERS}."),
        (
            "calendar.ics?language=bg&language=en",
            "`language` stands there twice; write several values with commas.",
        ),
        ("calendar.ics?site=other", "`site`: there is no site “other”."),
        ("calendar.ics?site=", "`site`: there is no site “”."),
        ("calls.ics?site=a%00b", "`site`: there is no site “a\ufffdb”."),
        (
            "sitemap.xml?language=fr",
            "`language`: the site has no language “fr”; it has: bg, en.",
        ),
        ("calendar.ics?project=nothing", "`project`: there is no project with this id."),
        ("calendar.ics?from=soon", f"`from`: “soon” {NO_INSTANT}"),
        ("calls.ics?to=2026-02-30", f"`to`: “2026-02-30” {NO_INSTANT}"),
        ("calls.ics?to=9999-12-31", f"`to`: “9999-12-31” {NO_INSTANT}"),
        ("sitemap.xml?page=0", "`page`: “0” is not a whole number from 1 up."),
        ("sitemap.xml?page=²", "`page`: “²” is not a whole number from 1 up."),
        ("sitemap.xml?page=2", "`page`: the sitemap has no page 2."),
        ("sitemap-news.xml?page=1", "There is no parameter `page`; there are site, language."),
    ],
)
def test_a_parameter_that_cannot_be_used_is_named(
    world: World, address: str, sentence: str
) -> None:
    assert refused(f"/{address}") == sentence


def test_a_hidden_project_is_not_told_from_an_absent_one(world: World) -> None:
    hidden = make_project(world.projects, live=False)

    answer = refused(f"/calendar.ics?project={hidden.public_id}")

    assert answer == refused("/calendar.ics?project=nothing")


def test_a_project_without_events_has_an_empty_calendar(world: World) -> None:
    project = make_project(world.projects)

    assert get(f"/calendar.ics?project={project.public_id}").events == []


@pytest.mark.parametrize("address", ["/calendar.ics", "/sitemap.xml", "/sitemap-news.xml"])
def test_a_site_without_content_has_an_empty_document(world: World, address: str) -> None:
    told = get(address)

    assert told.status == 200
    assert "ETag" in told.headers


@pytest.mark.parametrize("address", ["/calendar.ics", "/sitemap.xml"])
def test_without_a_public_site_one_has_to_be_named(db: None, address: str) -> None:
    # A fresh installation has a site of Wagtail's, which nothing has been published on yet.
    PublishedItem.objects.filter(kind="site").delete()

    assert refused(address) == "No default site is public: name one by `site`."


@pytest.mark.parametrize("address", [*ADDRESSES, *ABOUT])
def test_an_unreachable_database_is_said_so(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    def fail(*_args: object) -> Callable[..., None]:
        raise OperationalError("the password is swordfish")

    monkeypatch.setattr(ReadContext, "query", fail)

    answer = Client().get(address)

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert b"swordfish" not in answer.content
