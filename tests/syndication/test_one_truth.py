"""What calendars, harvests, structured data and GraphQL say of one item is the same."""

import datetime as dt
import json
from typing import Any

import pytest

from tests.contract.asking import data
from tests.page_factories import NOON, World, make_news
from tests.syndication.asking import get, settle
from tests.syndication.oai_shape import SPACES

pytestmark = pytest.mark.usefixtures("clock")

QUERY = """
query($p: String!) { route(path: $p) { page { id title url publishedAt seo { jsonLd } ... on NewsPage {
  introduction rights { licence attributionText canonicalUrl } call { closesAt }
} } } }
"""


def test_one_item_is_the_same_in_every_form(world: World) -> None:
    make_news(
        world.news,
        title="Vouchers & „more“ ]]>",
        slug="vouchers",
        introduction="For small companies.",
        types=["OPEN_CALL"],
        call_closes_at=NOON + dt.timedelta(days=30),
        licence="CC BY 4.0",
        attribution_text="The ministry",
        canonical_url="https://ministry.example/vouchers",
        first_published_at=NOON - dt.timedelta(days=1),
    )
    settle()

    page: dict[str, Any] = data(QUERY, p="/news/vouchers/")["route"]["page"]
    linked = json.loads(page["seo"]["jsonLd"])
    (event,) = get("/calls.ics").events
    record = get("/oai?verb=ListRecords&metadataPrefix=oai_dc&set=type:NewsPage").xml

    def dc(name: str) -> list[str]:
        return [str(text) for text in record.xpath(f"//dc:{name}/text()", namespaces=SPACES)]

    usage, urn = page["rights"], f"urn:ictcluster:{page['id']}"
    published_at = dt.datetime.fromisoformat(page["publishedAt"])
    (header,) = record.xpath("//o:header/o:identifier/text()", namespaces=SPACES)
    assert [linked["@id"], event.uid, str(header)] == [urn] * 3
    assert [linked["headline"], *dc("title")] == [page["title"]] * 2
    assert str(event["SUMMARY"]) == f"Deadline: {page['title']}"
    assert [linked["description"], str(event["DESCRIPTION"]), *dc("description")] == (
        [page["introduction"]] * 3
    )
    assert [linked["url"], str(event["URL"]), dc("identifier")[0]] == [page["url"]] * 3
    assert [linked["isBasedOn"], str(event["LINK"]), *dc("source")] == [usage["canonicalUrl"]] * 3
    licences = [linked["license"], str(event["X-ICTCLUSTER-LICENCE"]), dc("rights")[0]]
    assert licences == [usage["licence"]] * 3
    sources = [linked["creditText"], str(event["X-ICTCLUSTER-ATTRIBUTION"]), dc("rights")[1]]
    assert sources == [usage["attributionText"]] * 3
    dates = [linked["datePublished"], *dc("date")]
    assert [dt.datetime.fromisoformat(text) for text in dates] == [published_at] * 2
    assert event["CREATED"].dt == published_at
    assert event["DTSTART"].dt == dt.datetime.fromisoformat(page["call"]["closesAt"])
