"""Ids in GraphQL belong to one language, and lead back to the id that mirrors know."""

import uuid

import pytest

from cms.publishing.protocols import public_id
from cms.publishing.public_ids import (
    block_id,
    id_in_language,
    language_kinds,
    source_id,
    stored_block_id,
)

IDENTITY = uuid.UUID(int=77)
TERM = public_id("term", IDENTITY)


def test_each_language_has_an_id_that_leads_back_to_the_source_id() -> None:
    english, bulgarian = (id_in_language(TERM, locale=code) for code in ("en", "bg"))

    assert len({TERM, english, bulgarian}) == 3
    assert source_id(english) == (TERM, "en")
    assert source_id(bulgarian) == (TERM, "bg")
    assert source_id(TERM) == (TERM, None)


def test_what_is_read_on_its_own_has_the_id_of_the_default_language() -> None:
    assert id_in_language(TERM, locale="") == id_in_language(TERM, locale="en")


@pytest.mark.parametrize("kind", ["page", "image", "document", "menu"])
def test_what_has_one_id_keeps_it(kind: str) -> None:
    for locale in ("", "bg"):
        found = public_id(kind, IDENTITY, locale=locale)

        assert source_id(found) == (found, None)


def test_one_row_in_several_languages_has_several_ids() -> None:
    assert language_kinds() == {"term", "organisation", "programme", "person", "settings"}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "junk",
        "\0",
        "ключ",
        TERM + "=",
        TERM[:-1],
        public_id("term", IDENTITY, locale="xx"),
        "x" * 5_000,
    ],
)
def test_other_texts_stay_as_they_are(text: str) -> None:
    assert source_id(text) == (text, None)


@pytest.mark.parametrize("stored", [str(IDENTITY), "a.b/ü %2F", ""])
def test_a_block_belongs_to_its_page_and_keeps_its_stored_id(stored: str) -> None:
    english, bulgarian = (public_id("page", IDENTITY, locale=code) for code in ("en", "bg"))

    assert block_id(english, stored) != block_id(bulgarian, stored)
    assert stored_block_id(block_id(english, stored)) == (english, stored)
    assert block_id(english, stored).isascii()


def test_an_id_of_a_page_is_no_id_of_a_block() -> None:
    assert stored_block_id(public_id("page", IDENTITY, locale="en")) is None
