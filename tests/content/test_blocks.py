"""What readers get of each block, and what an editor may put into it."""

from itertools import chain
from typing import Any

import graphene
import pytest
from django.core.exceptions import ValidationError
from grapple.registry import registry
from wagtail.blocks.struct_block import StructBlockValidationError

from cms.content import streams
from cms.content.blocks import (
    BodyBlock,
    CallToActionBlock,
    EmbedBlock,
    FactListBlock,
    GalleryBlock,
    HeadingBlock,
    ImageBlock,
    LinkBlock,
    LinkTargetValue,
    QuoteBlock,
    TableBlock,
    embed_provider,
)
from cms.content.types import PictureValue
from cms.publishing.protocols import Reference

IMAGE = Reference("image", 7)


def use(**values: Any) -> dict[str, Any]:
    return {"image": IMAGE, "alt": "", "is_decorative": False, "caption": "", **values}


def table(rows: list[list[Any]], *, header: bool, caption: str = "") -> dict[str, Any]:
    return {
        "table": {
            "data": rows,
            "first_row_is_table_header": header,
            "table_caption": caption,
        }
    }


def test_heading_has_a_level_and_an_anchor_in_its_own_script() -> None:
    values = {"text": "За нас и мисия!", "level": "3"}

    assert HeadingBlock().level_number(None, values) == 3
    assert HeadingBlock().anchor_name(None, values) == "за-нас-и-мисия"


def test_quotation_without_a_source() -> None:
    assert QuoteBlock().known_attribution(None, {"attribution": ""}) is None
    assert QuoteBlock().known_attribution(None, {"attribution": "Ana"}) == "Ana"


def test_picture_hands_over_a_reference_and_its_text() -> None:
    block = ImageBlock()

    assert block.picture_use(None, use(alt=" A bridge ")) == PictureValue("A bridge", False, IMAGE)
    assert block.picture_use(None, use(image=None)) is None
    assert block.known_caption(None, use(caption="By night")) == "By night"
    assert block.known_caption(None, use()) is None


def test_decorative_picture_has_no_text() -> None:
    found = ImageBlock().picture_use(None, use(alt="A bridge", is_decorative=True))

    assert found == PictureValue("", True, IMAGE)


def test_gallery_leaves_out_places_without_a_picture() -> None:
    pictures = [use(alt="One", caption="First"), use(image=None), use(alt="Two")]

    found = GalleryBlock().picture_uses(None, {"pictures": pictures})

    assert [(item.caption, item.picture.alt) for item in found] == [("First", "One"), (None, "Two")]


def test_facts_without_a_source() -> None:
    facts = [
        {"label": "Members", "value": "286", "source": "ECCP"},
        {"label": "SMEs", "value": "280", "source": ""},
    ]

    found = FactListBlock().fact_values(None, {"facts": facts})

    assert found == [("Members", "286", "ECCP"), ("SMEs", "280", None)]


def test_table_with_a_header() -> None:
    values = table([["Year", "Members"], [2020, None]], header=True, caption="Members by year")
    block = TableBlock()

    assert block.header_cells(None, values) == ["Year", "Members"]
    assert block.row_cells(None, values) == [["2020", ""]]
    assert block.known_caption(None, values) == "Members by year"


def test_table_without_a_header() -> None:
    values = table([["2020", "286"]], header=False)
    block = TableBlock()

    assert block.header_cells(None, values) == []
    assert block.row_cells(None, values) == [["2020", "286"]]
    assert block.known_caption(None, values) is None


def test_table_that_is_empty() -> None:
    values = {"table": None}
    block = TableBlock()

    assert block.header_cells(None, values) == []
    assert block.row_cells(None, values) == []
    assert block.known_caption(None, values) is None


@pytest.mark.parametrize(
    ("address", "provider"),
    [
        ("https://www.youtube.com/watch?v=1", "YouTube"),
        ("https://YOUTU.BE/1", "YouTube"),
        ("https://player.vimeo.com/video/1", "Vimeo"),
        ("http://www.youtube.com/watch?v=1", None),
        ("https://youtube.com.example.org/1", None),
        ("https://youtube.com@example.org/1", None),
        ("https://user@youtube.com/1", None),
        ("https://youtube.com:8443/1", None),
        ("https://example.org/youtube.com", None),
        ("", None),
    ],
)
def test_provider_is_found_by_the_host_alone(address: str, provider: str | None) -> None:
    assert embed_provider(address) == provider


@pytest.mark.parametrize("address", ["https://example.org/1", "https://youtube.com:99999999/1"])
def test_video_from_elsewhere_is_refused(address: str) -> None:
    block = EmbedBlock()

    with pytest.raises(StructBlockValidationError) as refusal:
        block.clean(block.to_python({"address": address, "title": "Video"}))

    assert list(refusal.value.block_errors) == ["address"]


def test_video_names_its_provider() -> None:
    assert EmbedBlock().provider(None, {"address": "https://vimeo.com/1"}) == "Vimeo"
    assert EmbedBlock().provider(None, {"address": ""}) == ""


def test_link_goes_to_a_page_or_an_address() -> None:
    page = Reference("page", 3)
    block = LinkBlock()

    assert block.link_target(None, {"page": page, "address": ""}) == LinkTargetValue(page, None)
    assert block.link_target(
        None, {"page": None, "address": "https://example.org"}
    ) == LinkTargetValue(None, "https://example.org")
    assert block.link_target(None, {"page": None, "address": ""}) is None


def test_link_without_a_target_is_only_a_draft() -> None:
    block = LinkBlock()
    value = block.to_python({"text": "Join", "page": None, "address": ""})

    assert block.clean_deferred(value)["text"] == "Join"
    with pytest.raises(StructBlockValidationError) as refusal:
        block.clean(value)
    assert list(refusal.value.block_errors) == ["page"]


@pytest.mark.django_db
def test_link_with_two_targets_is_refused() -> None:
    block = LinkBlock()
    value = block.to_python({"text": "Join", "page": 1, "address": "https://example.org"})

    with pytest.raises(StructBlockValidationError) as refusal:
        block.clean(value)

    assert list(refusal.value.block_errors) == ["address"]


def test_call_to_action_is_a_link_with_a_style() -> None:
    block = CallToActionBlock()

    cleaned = block.clean(
        block.to_python({"text": "Join", "address": "https://example.org", "style": "SECONDARY"})
    )

    assert cleaned["style"] == "SECONDARY"
    assert block.link_target(None, {"page": None, "address": "https://example.org"}) is not None


def test_picture_without_a_text_is_only_a_draft() -> None:
    block = ImageBlock()
    without_image = block.to_python({"image": None, "alt": ""})

    block.clean_deferred(without_image)

    with pytest.raises(ValidationError):
        block.clean(without_image)


def test_fields_of_the_same_name_have_the_same_type_in_all_blocks() -> None:
    types: dict[str, set[str]] = {}
    for block in BodyBlock().child_blocks.values():
        for field in type(block).graphql_fields:
            node = registry.streamfield_blocks[type(block)]
            declared = node._meta.fields[field.field_name]
            types.setdefault(field.field_name, set()).add(str(declared.type))

    assert {name: found for name, found in types.items() if len(found) > 1} == {}


def test_no_block_field_has_a_name_that_grapple_cannot_bear() -> None:
    names = chain.from_iterable(
        (field.field_name for field in type(block).graphql_fields)
        for block in BodyBlock().child_blocks.values()
    )

    assert set(names) & {"label", "name", "value", "block_type", "field", "raw_value"} == set()


def test_block_types_keep_their_descriptions_for_the_schema() -> None:
    descriptions = [type(block).graphql_description for block in BodyBlock().child_blocks.values()]

    assert all(descriptions)
    assert len(set(descriptions)) == len(descriptions)
    assert issubclass(registry.streamfield_blocks[ImageBlock], graphene.ObjectType)


def test_words_of_a_body_are_read_without_those_that_vanish_with_a_picture() -> None:
    body = BodyBlock().to_python(
        [
            {"type": "heading", "value": {"text": "Title", "level": "2"}},
            {"type": "text", "value": {"content": "<p>One <b>two</b></p><p>three</p>"}},
            {"type": "image", "value": {"image": 999, "alt": "Alt", "caption": "Caption"}},
            {
                "type": "facts",
                "value": {
                    "facts": [
                        {"type": "item", "value": {"label": "Bare", "value": "new"}},
                        {"label": "Old", "value": "bare"},
                    ]
                },
            },
            {"type": "table", "value": {"table": {"data": [["Cell", None], [None, 5]]}}},
            {"type": "link", "value": {"text": "Go", "address": "https://example.org"}},
            {"type": "gone", "value": "a block that no longer exists"},
            {"type": "project", "value": {"project": 999}},
        ]
    )

    assert [" ".join(text.split()) for text in streams.texts(body)] == [
        "Title",
        "One two three",
        "Bare",
        "new",
        "Old",
        "bare",
        "Cell",
        "5",
        "Go",
    ]
    assert list(streams.walk(None)) == []
