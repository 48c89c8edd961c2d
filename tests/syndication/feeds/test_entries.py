"""What goes outside of a page is its entry: whole, absolute, and without what is hidden."""

import datetime as dt
from typing import Any

import orjson
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cms.content.models import TermScheme
from cms.publishing.entries import Category, Enclosure, Entry, EntryImage, entries
from cms.publishing.reading.context import ReadContext
from cms.publishing.reading.loads import Things
from news.models import NewsDocument
from projects.models import PartnerRole
from tests.contract.every_block import every_block
from tests.factories import (
    make_document,
    make_image,
    make_organisation,
    make_person,
    make_programme,
    make_term,
)
from tests.page_factories import NOON, World, make_event, make_news, make_project, make_world

pytestmark = pytest.mark.django_db

TABLE = (
    "<table><caption>Growth</caption><thead><tr><th>Year</th><th>Members</th></tr></thead>"
    "<tbody><tr><td>2025</td><td></td></tr></tbody></table>"
)


@pytest.fixture
def world() -> World:
    """Return one site."""
    return make_world()


def entries_of(*pages: Any) -> list[Entry]:
    context = ReadContext()
    load = Things(tuple(f"page:{page.pk}" for page in pages), locale="en", tail=True)
    context.load([load])
    return entries(context.results[load], context)


def text_block(html: str) -> str:
    return orjson.dumps([{"type": "text", "value": {"content": html}, "id": "1"}]).decode()


def test_news_say_everything_that_a_reader_may_know(world: World) -> None:
    image, document = make_image(), make_document(title="Paper")
    topic = make_term(scheme=TermScheme.NEWS_TOPIC, code="DIGITAL", label_en="Digital")
    kind = make_term(scheme=TermScheme.ELIGIBLE_KIND, code="SMALL", label_en="Small")
    project = make_project(world.projects, title="GIVE", slug="give")
    page = make_news(
        world.news,
        title="A call",
        slug="a-call",
        types=["NEWS", "OPEN_CALL"],
        picture=image,
        picture_alt="A house",
        author=make_person(name="Ana"),
        topics=[topic],
        eligible=[kind],
        project=project,
        licence="CC BY 4.0",
        attribution_text="The cluster",
        attribution_url="https://cluster.example/",
        canonical_url="https://first.example/call",
        corrected_at=NOON,
        correction_note="The date was wrong.",
        call_closes_at=NOON,
    )
    page.documents.add(NewsDocument(document=document))
    page.save()

    (entry,) = entries_of(page)

    assert entry.image is not None
    assert entry.image.url.startswith("http://files.test/files/")
    assert entry.enclosures[0].url.endswith("/paper.pdf")
    published = dt.datetime(2026, 3, 1, 22, tzinfo=dt.UTC)
    assert entry == Entry(
        id=f"urn:ictcluster:{page.public_id}",
        public_id=page.public_id,
        type="NewsPage",
        url="https://main.example/news/a-call/",
        title="A call",
        summary="What the news is.",
        published_at=published,
        updated_at=published,
        language="en",
        canonical_url="https://first.example/call",
        content_html="",
        authors=("Ana",),
        categories=(Category("DIGITAL", "Digital"),),
        licence="CC BY 4.0",
        attribution_text="The cluster",
        attribution_url="https://cluster.example/",
        image=EntryImage(entry.image.url, "image/jpeg", "A house"),
        enclosures=(Enclosure(entry.enclosures[0].url, "Paper", "application/pdf", 8),),
        corrected_at=NOON,
        correction_note="The date was wrong.",
        details={
            "types": ["NEWS", "OPEN_CALL"],
            "project": {
                "id": project.public_id,
                "title": "GIVE",
                "url": "https://main.example/projects/give/",
            },
            "call": {
                "opensAt": None,
                "closesAt": "2026-03-02T12:00:00+00:00",
                "timeZone": "Europe/Sofia",
                "budget": None,
                "maximumGrant": None,
                "eligibleApplicants": ["SMALL"],
                "applyUrl": None,
            },
        },
    )


def test_events_and_projects_say_when_where_and_who(world: World) -> None:
    organisation = make_organisation(name="Partner")
    event = make_event(world.events, venue_city="Sofia", summary="We meet.")
    event.organisers.create(organisation=organisation)
    event.save()
    project = make_project(
        world.projects,
        acronym="GIVE",
        partners={organisation: PartnerRole.COORDINATOR},
        programmes=[make_programme(name="COSME")],
    )

    first, second = entries_of(event, project)

    assert (first.summary, second.summary) == ("We meet.", "What the project is.")
    assert first.details["startsAt"] == "2026-03-02T12:00:00+00:00"
    assert first.details["venue"]["city"] == "Sofia"
    assert first.details["organisers"] == ["Partner"]
    assert second.details["acronym"] == "GIVE"
    assert second.details["coordinator"] == "Partner"
    assert second.details["programmes"] == ["COSME"]
    assert second.details["partners"] == ["Partner"]


def test_a_body_becomes_html_with_absolute_addresses(world: World) -> None:
    image, document = make_image(), make_document(title="Paper")
    project = make_project(world.projects, title="GIVE", slug="give")
    event = make_event(world.events, title="Fair", slug="fair")
    body = every_block([image], [document], project=project, event=event)

    (entry,) = entries_of(make_news(world.news, body=body))

    lines = entry.content_html.split("\n")
    give = '<a href="https://main.example/projects/give/">'
    assert lines[0] == "<h3>A heading</h3>"
    assert lines[1].startswith(f"<p>Read {give}the project</a>, <a href=")
    assert lines[1].endswith('<a href="https://example.org/">more</a>.</p><ul><li>One</li></ul>')
    assert lines[2] == "<blockquote><p>Well said.</p><p>Somebody</p></blockquote>"
    assert lines[3].startswith('<figure><img src="http://files.test/files/')
    assert lines[3].endswith(
        'alt="Alt 0" width="64" height="48"><figcaption>A caption</figcaption></figure>'
    )
    assert lines[5:8] == [
        "<dl><dt>Members</dt><dd>286</dd></dl>",
        TABLE,
        '<p><a href="https://youtu.be/abc">A film</a></p>',
    ]
    assert lines[8].endswith('/paper.pdf">Paper</a></p>')
    assert lines[9:] == [
        f"<p>{give}The project</a></p>",
        '<p><a href="https://example.org/">Go</a></p>',
        f"<p>{give}GIVE</a></p>",
        '<p><a href="https://main.example/events/fair/">Fair</a></p>',
    ]


def test_what_is_hidden_leaves_words_or_nothing(world: World) -> None:
    project = make_project(world.projects, title="Secret project", live=False)
    event = make_event(world.events, title="Secret event", live=False)
    person = make_person(name="Secret person", consent_given=False)
    topic = make_term(scheme=TermScheme.NEWS_TOPIC, label_en="Secret topic", live=False)
    body = every_block([make_image()], [make_document()], project=project, event=event)

    (entry,) = entries_of(
        make_news(world.news, body=body, author=person, topics=[topic], project=project)
    )

    assert "Secret" not in repr(entry)
    assert "<p>The project</p>" in entry.content_html.split("\n")
    assert entry.authors == ()
    assert entry.categories == ()
    assert entry.details["project"] is None


def test_words_of_editors_stay_words(world: World) -> None:
    body = orjson.dumps(
        [
            {"type": "heading", "value": {"text": "<script>1</script>", "level": "2"}, "id": "1"},
            {
                "type": "quote",
                "value": {"quotation": "<img onerror=x>\n&", "attribution": "<b>"},
                "id": "2",
            },
        ]
    ).decode()

    (entry,) = entries_of(make_news(world.news, body=body))

    assert entry.content_html == (
        "<h2>&lt;script&gt;1&lt;/script&gt;</h2>\n"
        "<blockquote><p>&lt;img onerror=x&gt;<br>&amp;</p><p>&lt;b&gt;</p></blockquote>"
    )


def test_many_entries_cost_no_more_statements_than_one(world: World) -> None:
    topic = make_term(scheme=TermScheme.NEWS_TOPIC)
    pages = [
        make_news(
            world.news, author=make_person(), topics=[topic], picture=make_image(), picture_alt="A"
        )
        for _ in range(3)
    ]

    counts = []
    for some in (pages[:1], pages):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert len(entries_of(*some)) == len(some)
        counts.append(len(queries))

    # The pages, what they point at, and the sites.
    assert counts == [3, 3]
