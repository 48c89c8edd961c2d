"""What every page has."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from cms.content.models import BasePage
from cms.publishing.protocols import public_id
from home.models import StandardPage
from tests.factories import make_image
from tests.page_factories import make_cluster, make_standard_page, translate

pytestmark = pytest.mark.django_db

UNKNOWN = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
EARLY = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
LATE = dt.datetime(2021, 1, 1, tzinfo=dt.UTC)


def test_id_is_made_of_the_translation_and_the_language() -> None:
    cluster = make_cluster()
    bulgarian = translate(cluster)

    assert cluster.public_id == public_id("page", cluster.translation_key, locale="en")
    assert bulgarian.public_id == public_id("page", cluster.translation_key, locale="bg")


def test_id_survives_another_title_and_address() -> None:
    page = make_standard_page(make_cluster())
    before = page.public_id
    page.title, page.slug = "Other", "other"

    page.save()

    assert StandardPage.objects.get().public_id == before


@pytest.mark.parametrize(
    ("first", "last", "revised", "published", "updated"),
    [
        (EARLY, LATE, None, EARLY, LATE),
        (EARLY, None, LATE, EARLY, EARLY),
        (None, LATE, EARLY, LATE, LATE),
        (None, None, LATE, UNKNOWN, UNKNOWN),
        (None, None, None, UNKNOWN, UNKNOWN),
    ],
)
def test_instants_are_never_the_present(
    first: dt.datetime | None,
    last: dt.datetime | None,
    revised: dt.datetime | None,
    published: dt.datetime,
    updated: dt.datetime,
) -> None:
    page = StandardPage(
        first_published_at=first, last_published_at=last, latest_revision_created_at=revised
    )

    assert (page.published_at, page.updated_at) == (published, updated)


def test_picture_is_handed_over_without_loading_it(django_assert_num_queries: Any) -> None:
    image = make_image()
    page = StandardPage(picture_id=image.pk, picture_alt="A bridge")

    with django_assert_num_queries(0):
        found = page.picture_value()

    assert found is not None
    assert found.image.key == f"image:{image.pk}"
    assert StandardPage().picture_value() is None


def test_columns_hold_every_word_a_reader_sees() -> None:
    page = make_standard_page(
        make_cluster(),
        title="Join us",
        search_description="How to join",
        body=[
            {"type": "heading", "value": {"text": "Fees", "level": "2"}},
            {"type": "text", "value": {"content": "<p>They are <b>low</b>.</p>"}},
        ],
    )

    columns = BasePage.published_columns(page)

    assert columns.title == "Join us"
    assert columns.summary == "How to join"
    assert columns.sort_at == page.published_at
    assert columns.search_text.split() == [
        "Join",
        "us",
        "How",
        "to",
        "join",
        "Fees",
        "They",
        "are",
        "low.",
    ]


def test_rich_text_of_a_page_is_searched_without_its_marks() -> None:
    cluster = make_cluster(title="ICT", about="<p>We <i>build</i></p><p>things</p>")

    assert BasePage.search_text(cluster).split() == ["ICT", "We", "build", "things"]


@pytest.mark.parametrize("model", ["term", "programme", "organisation", "person"])
def test_admin_lists_adds_and_offers_snippets(admin_client: Client, model: str) -> None:
    for view in ("list", "add"):
        answer = admin_client.get(reverse(f"wagtailsnippets_content_{model}:{view}"))
        assert answer.status_code == 200

    chooser = admin_client.get(reverse(f"wagtailsnippetchoosers_content_{model}:choose"))
    assert chooser.status_code == 200


def test_sidebar_names_vocabulary_and_people(admin_client: Client) -> None:
    answer = admin_client.get(reverse("wagtailadmin_home"))

    text = answer.content.decode()
    assert '"Vocabulary"' in text
    assert '"People"' in text
