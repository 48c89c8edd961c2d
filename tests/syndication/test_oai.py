"""Harvesters read the repository as the protocol says, and lose nothing while it changes."""

import datetime as dt
from typing import Any
from urllib.parse import quote, urlencode

import pytest
import time_machine
from django.core import signing
from django.test import Client

from cms.content.models import Term
from cms.publishing.models import ContentClock, PublishedItem
from cms.syndication.oai import records
from news.models import NewsPage
from tests.factories import make_person
from tests.page_factories import World, make_event, make_news, make_project
from tests.syndication.asking import get, settle
from tests.syndication.oai_shape import SPACES, assert_valid

pytestmark = pytest.mark.usefixtures("clock")

IN_DC = {"metadataPrefix": "oai_dc"}


def ask(verb: str, **arguments: str) -> Any:
    """Return an answer, which must have the shape that the protocol says."""
    told = get(f"/oai?{urlencode({'verb': verb, **arguments})}")
    assert (told.status, told.headers["Content-Type"]) == (200, "text/xml; charset=utf-8")
    assert_valid(told.xml)
    return told.xml


def find(document: Any, path: str) -> list[str]:
    return [str(found) for found in document.xpath(path, namespaces=SPACES)]


def identifiers(document: Any) -> list[str]:
    return find(document, "//o:header[not(@status)]/o:identifier/text()")


def deleted(document: Any) -> list[str]:
    return find(document, "//o:header[@status='deleted']/o:identifier/text()")


def error(address: str) -> tuple[str, str]:
    told = get(address)
    assert told.status == 200
    assert_valid(told.xml)
    (code,), (message,) = find(told.xml, "//o:error/@code"), find(told.xml, "//o:error/text()")
    return code, message


def urn(page: Any) -> str:
    return f"urn:ictcluster:{page.public_id}"


def harvest(verb: str = "ListRecords", **arguments: str) -> list[Any]:
    """Return all pages of a list."""
    pages = [ask(verb, **IN_DC, **arguments)]
    while token := find(pages[-1], "//o:resumptionToken/text()"):
        pages.append(ask(verb, resumptionToken=token[0]))
    return pages


def test_the_repository_says_what_it_is(world: World) -> None:
    world.settings.contact_email = "office@example.org"
    world.settings.save()

    document = ask("Identify")

    said = {node.tag.rpartition("}")[2]: node.text for node in document[2]}
    assert said == {
        "repositoryName": "Site main",
        "baseURL": "http://files.test/oai",
        "protocolVersion": "2.0",
        "adminEmail": "office@example.org",
        "earliestDatestamp": "2026-03-02T12:00:00Z",
        "deletedRecord": "persistent",
        "granularity": "YYYY-MM-DDThh:mm:ssZ",
    }
    assert find(document, "//o:responseDate/text()") == ["2026-03-02T12:00:00Z"]
    assert find(document, "//o:request/@verb") == ["Identify"]


def test_deletions_are_no_longer_promised_for_good_once_some_were_thrown_away(
    world: World,
) -> None:
    ContentClock.objects.update(horizon=1)

    assert find(ask("Identify"), "//o:deletedRecord/text()") == ["transient"]


def test_a_record_says_in_dublin_core_what_the_page_says(world: World) -> None:
    topic = Term.objects.filter(scheme="NEWS_TOPIC").order_by("code").first()
    assert topic is not None
    author = make_person(name="Ada")
    page = make_news(
        world.news,
        title="Two < three & ]]> \x0bfour",
        slug="item",
        introduction="What it says.",
        licence="CC BY 4.0",
        attribution_text="The ministry",
        canonical_url="https://ministry.example/item",
        author=author,
    )
    page.topics.set([topic])
    page.save()

    document = ask("GetRecord", identifier=urn(page), **IN_DC)

    (dc,) = document.xpath("//dcx:dc", namespaces=SPACES)
    assert [(node.tag.rpartition("}")[2], node.text) for node in dc] == [
        ("title", "Two < three & ]]> four"),
        ("creator", "Ada"),
        ("subject", topic.label_en),
        ("description", "What it says."),
        ("type", "NewsArticle"),
        ("identifier", "https://main.example/news/item/"),
        ("identifier", urn(page)),
        ("source", "https://ministry.example/item"),
        ("language", "en"),
        ("rights", "CC BY 4.0"),
        ("rights", "The ministry"),
        ("date", "2026-03-02T00:00:00+02:00"),
    ]
    assert find(document, "//o:setSpec/text()") == ["type:NewsPage", "language:en"]
    assert find(document, "//o:datestamp/text()") == ["2026-03-02T12:00:00Z"]


def test_a_list_has_every_page_that_may_be_taken_over(
    world: World, clock: time_machine.Traveller
) -> None:
    now = dt.datetime.now(dt.UTC)
    news, event = make_news(world.news), make_event(world.events)
    make_news(world.news, live=False)
    make_news(world.news, embargo_until=now + dt.timedelta(hours=1))
    make_news(world.news, syndication_allowed=False)
    gone = make_news(world.news)
    gone.unpublish()
    over = make_news(world.news, expire_at=now + dt.timedelta(minutes=1))
    kept = make_news(world.news)
    kept.syndication_allowed = False
    kept.save()
    settle()
    clock.shift(60)

    document = ask("ListRecords", **IN_DC)

    sections = [world.cluster, world.cluster_bg, world.projects, world.news, world.events]
    assert sorted(identifiers(document)) == sorted(urn(p) for p in [*sections, news, event])
    assert sorted(deleted(document)) == sorted(urn(p) for p in [gone, over, kept])
    assert document.xpath("//o:record[o:header/@status]/o:metadata", namespaces=SPACES) == []
    headers = ask("ListIdentifiers", **IN_DC)
    assert identifiers(headers) == identifiers(document)
    assert deleted(headers) == deleted(document)


def test_sets_are_types_and_languages(world: World) -> None:
    news = make_news(world.news)
    settle()

    assert find(ask("ListSets"), "//o:setSpec/text()") == [
        "type",
        "type:ClusterPage",
        "type:EventIndexPage",
        "type:NewsIndexPage",
        "type:NewsPage",
        "type:ProjectIndexPage",
        "language",
        "language:bg",
        "language:en",
    ]
    assert identifiers(ask("ListRecords", set="type:NewsPage", **IN_DC)) == [urn(news)]
    in_bulgarian = ask("ListRecords", set="language:bg", **IN_DC)
    assert identifiers(in_bulgarian) == [urn(world.cluster_bg)]
    assert len(identifiers(ask("ListRecords", set="type", **IN_DC))) == 6


def test_a_range_of_time_includes_both_its_ends(
    world: World, clock: time_machine.Traveller
) -> None:
    clock.move_to(dt.datetime(2026, 3, 3, 8, 0, 0, 900_000, tzinfo=dt.UTC))
    news = make_news(world.news)
    settle()
    in_set = {"set": "type:NewsPage", **IN_DC}

    for given in (
        {"from": "2026-03-03"},
        {"until": "2026-03-03"},
        {"from": "2026-03-03T08:00:00Z", "until": "2026-03-03T08:00:00Z"},
        {"until": "9999-12-31"},
    ):
        assert identifiers(ask("ListIdentifiers", **in_set, **given)) == [urn(news)], given
    for given in (
        {"from": "2026-03-03T08:00:01Z"},
        {"until": "2026-03-03T07:59:59Z"},
        {"from": "2026-03-04"},
        {"until": "2026-03-02"},
    ):
        code, _message = error(f"/oai?{urlencode({'verb': 'ListIdentifiers', **in_set, **given})}")
        assert code == "noRecordsMatch", given


def test_a_long_list_comes_in_parts(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(records, "PAGE_SIZE", 2)
    news = [make_news(world.news) for _number in range(5)]
    settle()

    parts = harvest(set="type:NewsPage")

    assert [identifiers(part) for part in parts] == [
        [urn(news[0]), urn(news[1])],
        [urn(news[2]), urn(news[3])],
        [urn(news[4])],
    ]
    assert [find(part, "//o:resumptionToken/@cursor") for part in parts] == [["0"], ["2"], ["4"]]
    assert [len(found) for found in (find(parts[-1], "//o:resumptionToken/text()"),)] == [0]


def test_nothing_is_skipped_when_everything_changes_while_it_is_read(
    world: World, monkeypatch: pytest.MonkeyPatch, clock: time_machine.Traveller
) -> None:
    monkeypatch.setattr(records, "PAGE_SIZE", 2)
    news = [make_news(world.news, title=f"News {number}") for number in range(6)]
    settle()
    held: dict[str, str | None] = {}

    def take(document: Any) -> list[str]:
        for record in document.xpath("//o:record", namespaces=SPACES):
            titles = find(record, ".//dc:title/text()")
            held[find(record, ".//o:identifier/text()")[0]] = titles[0] if titles else None
        return find(document, "//o:resumptionToken/text()")

    token = take(ask("ListRecords", **IN_DC))
    for number, page in enumerate(news):
        clock.shift(1)
        fresh = NewsPage.objects.get(pk=page.pk)
        if number % 3:
            fresh.title = f"Changed {number}"
            fresh.save()
        else:
            fresh.unpublish()
        settle()
        if token:
            token = take(ask("ListRecords", resumptionToken=token[0]))
    while token:
        token = take(ask("ListRecords", resumptionToken=token[0]))

    public = PublishedItem.objects.filter(kind="page", visible=True).values_list(
        "public_id", "title"
    )
    assert {key: title for key, title in held.items() if title is not None} == {
        f"urn:ictcluster:{public_id}": title for public_id, title in public
    }


@pytest.mark.parametrize(
    ("query", "code", "message"),
    [
        ("", "badVerb", "Give one verb of: Identify, ListMetadataFormats, ListSets, "),
        ("verb=Steal", "badVerb", "Give one verb of: "),
        ("verb=Identify&verb=Identify", "badVerb", "Give one verb of: "),
        ("verb=Identify&set=type", "badArgument", "This verb takes no argument set."),
        ("verb=ListRecords", "badArgument", "The argument metadataPrefix is missing."),
        ("verb=GetRecord&metadataPrefix=oai_dc", "badArgument", "The argument identifier is"),
        (
            "verb=ListRecords&metadataPrefix=oai_dc&metadataPrefix=oai_dc",
            "badArgument",
            "The argument metadataPrefix is repeated.",
        ),
        (
            "verb=ListRecords&metadataPrefix=oai_dc&from=2026-02-30",
            "badArgument",
            "The argument from is neither YYYY-MM-DD nor YYYY-MM-DDThh:mm:ssZ.",
        ),
        (
            "verb=ListRecords&metadataPrefix=oai_dc&from=2026-02-01T00:00:00%2B02",
            "badArgument",
            "The argument from is neither",
        ),
        (
            "verb=ListRecords&metadataPrefix=oai_dc&from=2026-02-02&until=2026-02-01",
            "badArgument",
            "The argument from is later than until.",
        ),
        (
            "verb=ListRecords&metadataPrefix=oai_dc&from=2026-02-02&until=2026-02-03T00:00:00Z",
            "badArgument",
            "Give from and until in the same granularity.",
        ),
        ("verb=ListRecords&metadataPrefix=oai_dc&set=x", "badArgument", "The argument set is"),
        (
            "verb=ListRecords&metadataPrefix=oai_dc&set=type:Nothing",
            "noRecordsMatch",
            "There are no records like that.",
        ),
        ("verb=ListRecords&metadataPrefix=marc21", "cannotDisseminateFormat", "The only format"),
        (
            "verb=GetRecord&identifier=urn:ictcluster:x&metadataPrefix=marc21",
            "cannotDisseminateFormat",
            "The only format is oai_dc.",
        ),
        ("verb=GetRecord&identifier=x&metadataPrefix=oai_dc", "idDoesNotExist", "There is no"),
        (
            "verb=GetRecord&identifier=urn:ictcluster:%00&metadataPrefix=oai_dc",
            "idDoesNotExist",
            "There is no record with this identifier.",
        ),
        ("verb=ListMetadataFormats&identifier=x", "idDoesNotExist", "There is no record"),
        ("verb=ListRecords&resumptionToken=x", "badResumptionToken", "This resumptionToken was"),
        ("verb=ListSets&resumptionToken=x", "badResumptionToken", "This resumptionToken was not"),
        (
            "verb=ListRecords&resumptionToken=x&metadataPrefix=oai_dc",
            "badArgument",
            "The argument resumptionToken stands alone beside the verb.",
        ),
        (f"verb=GetRecord&identifier={'x' * 2001}&metadataPrefix=oai_dc", "badArgument", "The arg"),
        ("verb=Identify&%3Cb%3E=1", "badArgument", "This verb takes no argument <b>."),
    ],
)
def test_what_is_wrong_is_said_in_the_words_of_the_protocol(
    world: World, query: str, code: str, message: str
) -> None:
    said, why = error(f"/oai?{query}")

    assert said == code
    assert why.startswith(message)


def test_a_hidden_thing_is_not_told_from_one_that_never_was(world: World) -> None:
    draft = make_news(world.news, live=False)
    kept = make_news(world.news, syndication_allowed=False)

    for page in (draft, kept):
        for verb in ("GetRecord", "ListMetadataFormats"):
            more = IN_DC if verb == "GetRecord" else {}
            query = urlencode({"verb": verb, "identifier": urn(page), **more})
            assert error(f"/oai?{query}")[0] == "idDoesNotExist"


def test_a_withdrawn_record_is_a_header_alone(world: World, clock: time_machine.Traveller) -> None:
    page = make_news(world.news, title="Secret", slug="secret")
    clock.shift(60)
    page.unpublish()

    told = get(f"/oai?verb=GetRecord&identifier={urn(page)}&metadataPrefix=oai_dc")

    assert deleted(told.xml) == [urn(page)]
    assert find(told.xml, "//o:datestamp/text()") == ["2026-03-02T12:01:00Z"]
    assert "ecret" not in told.text


@pytest.fixture
def token(world: World, monkeypatch: pytest.MonkeyPatch) -> str:
    """Return a token for the rest of a list."""
    monkeypatch.setattr(records, "PAGE_SIZE", 2)
    settle()
    (found,) = find(ask("ListRecords", **IN_DC), "//o:resumptionToken/text()")
    return found


def resume(token: str, verb: str = "ListRecords") -> str:
    return f"/oai?verb={verb}&resumptionToken={quote(token)}"


def test_a_token_that_was_changed_or_is_of_another_list_is_refused(token: str) -> None:
    forged = signing.dumps(["ListRecords", {}, 0, 0, ""], salt="another")
    for bad in (token[:-1], token[1:], token.swapcase(), "", forged):
        assert error(resume(bad))[0] == "badResumptionToken", bad
    assert error(resume(token, "ListIdentifiers"))[0] == "badResumptionToken"
    assert identifiers(get(resume(token)).xml)


def test_a_token_from_before_a_restore_is_refused(token: str) -> None:
    ContentClock.objects.update(epoch="12345678-1234-5678-1234-567812345678")

    assert error(resume(token)) == (
        "badResumptionToken",
        "This resumptionToken is too old to be continued: begin again.",
    )


def test_a_token_from_before_tombstones_were_thrown_away_is_refused(token: str) -> None:
    clock = ContentClock.objects.get()
    ContentClock.objects.update(horizon=clock.value)

    assert error(resume(token))[0] == "badResumptionToken"


def test_arguments_may_be_posted(world: World) -> None:
    make_project(world.projects)
    form = "application/x-www-form-urlencoded"
    client = Client(enforce_csrf_checks=True)

    answer = client.post("/oai", "verb=Identify", content_type=form)

    assert answer.content == get("/oai?verb=Identify").body
    assert "ETag" not in answer.headers
    assert client.post("/oai", {"verb": "Identify"}).status_code == 415
    assert client.post("/oai", b"x" * (16 * 1024 + 1), content_type=form).status_code == 413
