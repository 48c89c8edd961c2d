"""The check of ids finds what would let a client show one language on a page of another."""

from typing import Any

import pytest
from graphql import GraphQLField, GraphQLID, GraphQLObjectType, GraphQLSchema

from cms.content.models import Term
from cms.publishing.schema import id_checks
from cms.publishing.schema.id_checks import check_ids, problems
from cms.publishing.schema.public import public_schema
from home.models import Menu


def found() -> set[tuple[str, int]]:
    schema, _shapes = public_schema()
    return {(name, number) for name, _what, _hint, number in problems(schema)}


def test_our_schema_passes() -> None:
    assert check_ids(None) == []


def test_texts_in_several_languages_need_an_id_for_each(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Term, "has_id_per_language", False)

    assert {("Term.label", 4), ("Term.id", 4)} <= found()


def test_a_reference_to_what_has_several_ids_needs_them_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(id_checks, "_is_placed", lambda _model, _by: False)

    assert ("NewsPage.topics", 4) in found()
    assert ("NewsPage.body", 3) in found()
    assert ("Menu.items", 4) in found()


def test_a_computed_field_promises_to_be_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    schema, _shapes = public_schema()
    image: Any = schema.type_map["Image"]
    resolver = image.fields["rendition"].extensions["computed"]

    monkeypatch.setattr(resolver, "is_independent_of", frozenset())

    assert found() == {("Image.rendition", 4), ("Image.rendition", 5)}


def test_what_has_one_language_has_one_id(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Menu, "has_id_per_language", True, raising=False)

    assert found() == {("Menu", 2)}


def test_what_is_no_node_has_no_id() -> None:
    odd = GraphQLObjectType("Odd", {"id": GraphQLField(GraphQLID)})

    names = [name for name, *_ in problems(GraphQLSchema(query=odd))]

    assert names == ["Odd"]
