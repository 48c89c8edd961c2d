"""Make a news item of which everything is known."""

from typing import Any

from cms.content.models import TermScheme
from news.models import NewsDocument
from tests.contract.every_block import every_block
from tests.factories import make_document, make_image, make_person, make_term
from tests.page_factories import NOON, World, make_event, make_news, make_project


def full_news(world: World) -> Any:
    """Return a news item of which everything is known."""
    project = make_project(world.projects, title="R&D project", slug="give")
    event = make_event(world.events, title="Fair", slug="fair")
    page = make_news(
        world.news,
        title="A call",
        slug="a-call",
        types=["NEWS", "OPEN_CALL"],
        picture=make_image(),
        picture_alt="A house",
        author=make_person(name="Ana"),
        topics=[make_term(scheme=TermScheme.NEWS_TOPIC, code="DIGITAL", label_en="Digital")],
        project=project,
        licence="CC BY-SA 4.0",
        attribution_text="The cluster & friends",
        attribution_url="https://cluster.example/?a=1&b=2",
        canonical_url="https://first.example/call",
        corrected_at=NOON,
        correction_note="The date was wrong.",
        call_closes_at=NOON,
        body=every_block([make_image()], [make_document()], project=project, event=event),
    )
    page.documents.add(NewsDocument(document=make_document(title="Paper"), sort_order=0))
    other = make_document(title="Other", name="other.odt")
    page.documents.add(NewsDocument(document=other, sort_order=1))
    page.save()
    return page
