"""The names on which operations rely exist as they were agreed; more may be added."""

from pathlib import Path

import pytest
from graphql import (
    DefinitionNode,
    EnumTypeDefinitionNode,
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLObjectType,
    InputObjectTypeDefinitionNode,
    ObjectTypeDefinitionNode,
    ScalarTypeDefinitionNode,
    parse,
    print_ast,
)

from cms.api.schema import schema

AGREED = [
    definition
    for definition in parse((Path(__file__).parent / "names.graphql").read_text()).definitions
    if isinstance(
        definition,
        EnumTypeDefinitionNode
        | InputObjectTypeDefinitionNode
        | ObjectTypeDefinitionNode
        | ScalarTypeDefinitionNode,
    )
]
KINDS = {
    InputObjectTypeDefinitionNode: GraphQLInputObjectType,
    ObjectTypeDefinitionNode: GraphQLObjectType,
}


def _members(definition: DefinitionNode) -> dict[str, str]:
    if isinstance(definition, EnumTypeDefinitionNode):
        return {value.name.value: "" for value in definition.values or ()}
    if isinstance(definition, InputObjectTypeDefinitionNode | ObjectTypeDefinitionNode):
        return {field.name.value: print_ast(field.type) for field in definition.fields or ()}
    return {}


def _ours(name: str) -> dict[str, str]:
    found = schema().type_map[name]
    if isinstance(found, GraphQLEnumType):
        return dict.fromkeys(found.values, "")
    if isinstance(found, GraphQLInputObjectType | GraphQLObjectType):
        return {field_name: str(field.type) for field_name, field in found.fields.items()}
    return {}


@pytest.mark.parametrize("definition", AGREED, ids=lambda definition: definition.name.value)
def test_a_name_of_the_contract_is_in_the_schema_as_agreed(
    definition: EnumTypeDefinitionNode | InputObjectTypeDefinitionNode | ObjectTypeDefinitionNode,
) -> None:
    agreed, ours = _members(definition), _ours(definition.name.value)

    assert {name: ours.get(name) for name in agreed} == agreed
    expected = KINDS.get(type(definition))
    assert expected is None or isinstance(schema().type_map[definition.name.value], expected)


def test_the_agreed_names_were_read() -> None:
    assert len(AGREED) == 31
