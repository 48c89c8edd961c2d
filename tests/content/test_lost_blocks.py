"""Stored blocks that no longer fit their code lose themselves, never the page."""

import json
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.contrib.messages import get_messages
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Revision

from cms.content.blocks import BodyBlock, HeadingBlock
from cms.content.lost_blocks import lost_blocks
from cms.publishing.models import Projection
from cms.publishing.notices import collected_notices
from home.models import Menu, StandardPage
from tests.factories import make_image
from tests.page_factories import World, make_menu, make_standard_page, make_world, translate
from tests.publishing.published import document_of

pytestmark = pytest.mark.django_db

GOOD = {"type": "heading", "value": {"text": "Still here", "level": "2"}, "id": "good"}
# The blocks as they were stored, and how many are left of them.
MALFORMED: list[Any] = [
    {"type": "image", "value": 1, "id": "5"},
    {"type": "heading", "value": "bare string"},
    {"type": "text", "value": "<p>old</p>"},
    {"type": "text", "value": {"content": {"html": "<p>old</p>"}}},
    {"type": "text", "value": None},
    {"type": "text"},
    {"type": "carousel", "value": {"slides": []}},
    {"type": 7, "value": {}},
    {"value": {"text": "No type"}},
    {"type": "gallery", "value": [1, 2]},
    {"type": "gallery", "value": {"pictures": "1,2"}},
    {"type": "facts", "value": {"facts": {"label": "Not a list"}}},
    {"type": "table", "value": {"table": [["a"]]}},
    {"type": "table", "value": {"table": {"data": ["a", "b"]}}},
    {"type": "document", "value": {"document": {"pk": 1}}},
    {"type": "project", "value": {"project": "the first"}},
    {"type": "link", "value": {"text": ["a"], "page": None, "address": ""}},
    {"type": "heading", "value": {"text": "Unknown level", "level": "the second"}},
    {"type": "call_to_action", "value": {"text": "Join", "page": None, "style": "LOUD"}},
    "a bare string",
    None,
]
# Those have the shape of their block; what they say cannot be projected.
ONLY_UNPUBLISHABLE = ("the second", "LOUD")


def reads(stored: Any) -> bool:
    """Say whether a block has the shape of its block."""
    return any(word in json.dumps(stored) for word in ONLY_UNPUBLISHABLE)


def store(page: StandardPage, body: Any) -> None:
    """Write a body as an older release stored it."""
    page.save_revision()
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE home_standardpage SET body = %s WHERE page_ptr_id = %s",
            [json.dumps(body), page.pk],
        )
    revision = Revision.objects.get(pk=page.latest_revision_id)
    revision.content["body"] = json.dumps(body)
    revision.save()


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def admin(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("admin", "a@example.org", "x"))
    return client


@pytest.fixture
def page(world: World) -> StandardPage:
    return make_standard_page(world.cluster, title="Old", slug="old")


def fresh(page: StandardPage) -> StandardPage:
    return StandardPage.objects.get(pk=page.pk)


@pytest.mark.parametrize("stored", MALFORMED)
def test_publishing_loses_one_block(page: StandardPage, stored: Any) -> None:
    store(page, [stored, GOOD, stored])
    # As the scheduler does it: nobody is there to mend anything.
    revision = fresh(page).get_latest_revision()
    revision.approved_go_live_at = timezone.now()

    revision.publish()

    assert [block["text"] for block in document_of(page)["body"]] == ["Still here"]
    assert not Projection.objects.exclude(error="").exists()


@pytest.mark.parametrize("stored", [*filter(reads, MALFORMED)])
def test_approving_names_a_block_with_an_unknown_choice(page: StandardPage, stored: Any) -> None:
    store(page, [GOOD, stored])

    with pytest.raises(ValidationError) as refusal:
        fresh(page).get_latest_revision().publish()

    (text,) = refusal.value.message_dict["body"]
    assert text.startswith("Block 2: Select a valid choice.")


@pytest.mark.parametrize("stored", MALFORMED)
def test_the_edit_form_opens_and_tells(admin: Client, page: StandardPage, stored: Any) -> None:
    store(page, [GOOD, stored])

    answer = admin.get(reverse("wagtailadmin_pages:edit", args=[page.pk]))

    assert answer.status_code == 200
    assert "Still here" in answer.content.decode()
    said = [str(text) for text in get_messages(answer.wsgi_request)]
    told = [text for text in said if text.startswith("Body: Block 2 (")]
    assert len(told) == (0 if reads(stored) else 1)


@pytest.mark.parametrize("stored", MALFORMED)
def test_revisions_copies_and_translations_survive(
    admin: Client, world: World, page: StandardPage, stored: Any
) -> None:
    store(page, [stored, GOOD])
    old = fresh(page).get_latest_revision()
    fresh(page).save_revision()
    addresses = [
        reverse("wagtailadmin_pages:revisions_compare", args=[page.pk, old.pk, "latest"]),
        reverse("wagtailadmin_pages:revisions_revert", args=[page.pk, old.pk]),
        reverse("wagtailadmin_pages:history", args=[page.pk]),
        reverse("wagtailadmin_pages:unpublish", args=[page.pk]),
    ]

    answers = [admin.get(address).status_code for address in addresses]
    copy = fresh(page).copy(to=world.cluster, update_attrs={"slug": "copy"})
    translated = translate(fresh(page))

    assert answers == [200] * len(addresses)
    for made in (copy, translated):
        assert [block.block_type for block in fresh(made).body][-1] == "heading"
        assert "Still here" in fresh(made).search_text()


def test_an_entry_of_a_gallery_goes_alone(page: StandardPage) -> None:
    use = {"image": make_image().pk, "alt": "A bridge", "is_decorative": False, "caption": ""}
    entries = [{"type": "item", "value": use, "id": "1"}, 7, use]
    store(page, [{"type": "gallery", "value": {"pictures": entries}, "id": "g"}])

    fresh(page).get_latest_revision().publish()

    (gallery,) = document_of(page)["body"]
    assert len(gallery["pictures"]) == 2


def test_what_was_lost_is_named(page: StandardPage) -> None:
    store(
        page,
        [
            GOOD,
            {"type": "carousel", "value": 1},
            {"type": "image", "value": 1},
            {"type": "gallery", "value": {"pictures": [7]}},
        ],
    )

    assert list(lost_blocks(fresh(page))) == [
        "Body: Block 2 (carousel) is no longer known and is left out.",
        "Body: Block 3 (Picture) cannot be read and is left out.",
        "Body: An entry of block 4 (Gallery) cannot be read and is left out.",
    ]


def test_approving_tells_what_readers_do_not_get(page: StandardPage) -> None:
    store(page, [GOOD, {"type": "image", "value": 1}])

    with collected_notices() as notices:
        fresh(page).get_latest_revision().publish()

    assert notices == ["Body: Block 2 (Picture) cannot be read and is left out."]


def test_a_block_that_cannot_be_projected_is_named(
    page: StandardPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    store(page, [GOOD, {"type": "quote", "value": {"quotation": "Said", "attribution": ""}}])
    monkeypatch.setattr(HeadingBlock, "level_number", lambda *_args, **_values: 1 / 0)

    with collected_notices() as notices:
        fresh(page).get_latest_revision().publish()

    assert [block["quotation"] for block in document_of(page)["body"]] == ["Said"]
    assert notices == ["Block 1 of “body” is left out, readers do not get it: division by zero"]


@pytest.mark.parametrize("stored", ["<p>no JSON</p>", '{"type": "text"}', "7", '"text"', "[[]]"])
def test_a_body_that_is_no_stream_is_empty(stored: str) -> None:
    assert len(BodyBlock().to_python(stored)) == 0


def test_a_menu_loses_one_entry(world: World, admin: Client) -> None:
    menu: Any = make_menu(world.site, [{"text": "News", "page": world.news.pk}])
    entries = [*menu.items.raw_data, {"type": "item", "value": "News"}, {"type": "gone"}]
    with connection.cursor() as cursor:
        cursor.execute("UPDATE home_menu SET items = %s", [json.dumps(entries)])

    found = Menu.objects.get(pk=menu.pk)
    answer = admin.get(reverse(menu.snippet_viewset.get_url_name("edit"), args=[menu.pk]))

    assert [item.label for item in found.item_values] == ["News"]
    assert answer.status_code == 200
    assert len(list(get_messages(answer.wsgi_request))) == 2
