"""What a news item says of itself, refuses, and hands on."""

import datetime as dt
import zoneinfo
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from cms.content.models import TermScheme
from cms.publishing.protocols import Reference
from cms.publishing.scopes import transaction
from news.call import MoneyValue, OpenCallValue
from news.models import NewsDocument, NewsPage
from news.rights import UsageRightsValue
from tests.factories import make_document, make_term
from tests.page_factories import World, make_news, make_project, make_world, translate

pytestmark = pytest.mark.django_db
SOFIA = zoneinfo.ZoneInfo("Europe/Sofia")


@pytest.fixture
def world() -> World:
    return make_world()


def test_an_item_may_be_several_things_in_a_fixed_order(world: World) -> None:
    page = make_news(world.news, types=["OPEN_CALL", "NEWS", "NEWS"])

    assert NewsPage.objects.get().types == ["NEWS", "OPEN_CALL"]
    assert page.is_open_call is True


@pytest.mark.parametrize(
    ("fields", "errors"),
    [
        ({"types": []}, {"types": ["This field cannot be blank."]}),
        ({"types": ["RUMOUR"]}, {"types": ["Choose from the list."]}),
        ({"introduction": ""}, {"introduction": ["This field cannot be blank."]}),
        (
            {
                "call_opens_at": dt.datetime(2020, 6, 9, tzinfo=dt.UTC),
                "call_closes_at": dt.datetime(2020, 6, 9, tzinfo=dt.UTC),
            },
            {"call_closes_at": ["Give a closing time that is after the opening time."]},
        ),
        ({"budget": Decimal(-1)}, {"budget": ["Give an amount that is not negative."]}),
        (
            {"budget": Decimal(10), "maximum_grant": Decimal(11)},
            {"maximum_grant": ["Give a grant that is not above the whole budget."]},
        ),
        ({"canonical_url": "example"}, {"canonical_url": ["Enter a valid URL."]}),
        ({"correction_note": "A name."}, {"corrected_at": ["Say when the text was put right."]}),
    ],
)
def test_a_contradiction_names_its_field(
    world: World, fields: dict[str, Any], errors: dict[str, list[str]]
) -> None:
    with pytest.raises(ValidationError) as refused:
        make_news(world.news, **fields)

    assert refused.value.message_dict == errors
    assert not NewsPage.objects.exists()


def test_a_placeholder_title_holds_the_item_back_until_it_is_replaced(world: World) -> None:
    placeholder = "Title missing (21.05.2020)"
    page = make_news(
        world.news, title=placeholder, placeholder_title=placeholder, types=["NEWS"], live=False
    )

    with pytest.raises(ValidationError) as refused:
        page.save_revision().publish()
    assert refused.value.message_dict == {
        "title": ["This title only holds the place: write a real one, then publish."]
    }
    assert NewsPage.objects.get().live is False

    page.title = "A real title"
    page.save_revision().publish()
    assert NewsPage.objects.get().live is True


def test_a_given_date_begins_at_local_midnight(world: World) -> None:
    page = make_news(world.news, published_on=dt.date(2020, 9, 4))

    assert page.shown_date == dt.date(2020, 9, 4)
    assert page.published_at == dt.datetime(2020, 9, 4, tzinfo=SOFIA)
    assert page.published_columns().sort_at == dt.datetime(2020, 9, 3, 21, tzinfo=dt.UTC)


def test_without_a_date_the_first_publication_counts(world: World) -> None:
    # 22:30 in London is the next day in Sofia.
    first = dt.datetime(2020, 9, 3, 22, 30, tzinfo=dt.UTC)
    page = make_news(world.news, published_on=None, first_published_at=first)

    assert page.published_at == first
    assert page.shown_date == dt.date(2020, 9, 4)


def test_call_details_count_only_for_open_calls(world: World) -> None:
    closes_at = dt.datetime(2026, 5, 1, 14, tzinfo=dt.UTC)
    page = make_news(world.news, types=["NEWS"], call_closes_at=closes_at)

    assert page.call_value is None
    assert page.published_columns().ends_at is None
    assert page.published_columns().boundaries == ()


def test_an_open_call_hands_on_its_details(world: World) -> None:
    opens_at = dt.datetime(2026, 3, 1, 8, tzinfo=dt.UTC)
    closes_at = dt.datetime(2026, 5, 1, 14, tzinfo=dt.UTC)
    term = make_term(scheme=TermScheme.ELIGIBLE_KIND)
    page = make_news(
        world.news,
        types=["OPEN_CALL"],
        call_opens_at=opens_at,
        call_closes_at=closes_at,
        budget=Decimal(5000),
        apply_url="https://example.org/apply",
    )
    page.eligible.add(term)
    page.save()

    assert page.call_value == OpenCallValue(
        opens_at=opens_at,
        closes_at=closes_at,
        time_zone="Europe/Sofia",
        budget=MoneyValue(Decimal("5000.00"), "EUR"),
        maximum_grant=None,
        eligible_applicants=[Reference("term", term.pk)],
        apply_url="https://example.org/apply",
    )
    columns = page.published_columns()
    assert (columns.starts_at, columns.ends_at) == (opens_at, closes_at)
    assert columns.boundaries == (opens_at, closes_at)


def test_facets_are_names_and_keys(world: World) -> None:
    project = make_project(world.projects)
    topics = [make_term(scheme=TermScheme.NEWS_TOPIC, label_en=label) for label in ("Z", "A")]
    page = make_news(world.news, types=["NEWS", "ACHIEVEMENT"], project=project)
    page.topics.set(topics)
    page.save()

    assert NewsPage.objects.get().published_columns().facets == (
        ("newsType", "NEWS"),
        ("newsType", "ACHIEVEMENT"),
        ("topic", f"term:{topics[0].pk}"),
        ("topic", f"term:{topics[1].pk}"),
        ("project", f"page:{project.pk}"),
    )


def test_usage_is_stated_or_absent() -> None:
    assert NewsPage().usage_rights == UsageRightsValue(None, None, None, None, True)
    assert NewsPage(
        licence=" CC BY 4.0 ", syndication_allowed=False
    ).usage_rights == UsageRightsValue("CC BY 4.0", None, None, None, False)


def test_documents_keep_the_editors_order_without_repeats(world: World) -> None:
    first, second = make_document(title="1"), make_document(title="2")
    page = make_news(world.news)
    page.documents.set(
        [
            NewsDocument(document=document, sort_order=order)
            for order, document in enumerate((second, first, second))
        ]
    )
    page.save()

    assert NewsPage.objects.get().document_references == [
        Reference("document", second.pk),
        Reference("document", first.pk),
    ]


def test_search_finds_the_introduction(world: World) -> None:
    page = make_news(world.news, title="Title", introduction="Introduction")

    assert page.published_columns().search_text == "Title Introduction"
    assert page.published_columns().summary == "Introduction"


def test_a_translation_takes_topics_and_documents_along(world: World) -> None:
    document, topic = make_document(), make_term(scheme=TermScheme.NEWS_TOPIC)
    page = make_news(world.news, types=["NEWS", "OPEN_CALL"])
    page.topics.add(topic)
    page.documents.set([NewsDocument(document=document)])
    page.save()
    translate(world.news)

    copy = NewsPage.objects.get(pk=translate(page).pk)

    assert copy.types == ["NEWS", "OPEN_CALL"]
    assert copy.topic_references == [Reference("term", topic.pk)]
    assert copy.document_references == [Reference("document", document.pk)]


def test_deleting_the_project_leaves_the_news(world: World) -> None:
    project = make_project(world.projects)
    make_news(world.news, project=project)

    with transaction():
        project.delete()

    assert NewsPage.objects.get().project_id is None
