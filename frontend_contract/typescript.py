"""Write TypeScript for the schema and for the operations that frontends send.

One file without imports, the same for the same input: everything is in the order of the schema's text
and of the operations' names. `operation_types.py` writes the answers of operations.
"""

from collections.abc import Sequence

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    is_non_null_type,
    specified_scalar_types,
)

from frontend_contract.operation_types import answer_type, variables_type
from frontend_contract.operations import ClientOperation
from frontend_contract.type_text import type_name, type_text

HEADER = """\
// Made by `make contract` from schema.graphql and operations/. Do not edit.

"""


def generate(schema: GraphQLSchema, operations: Sequence[ClientOperation]) -> str:
    """Return the whole file."""
    named = [
        named
        for name, named in sorted(schema.type_map.items())
        if not name.startswith("__") and name not in specified_scalar_types
    ]
    parts = [_named(item, schema) for item in named if item is not schema.query_type]
    parts += [_operation(operation, schema) for operation in operations]
    names = sorted(operation.name for operation in operations)
    pairs = "".join(f"  {n}: {{ variables: {n}Variables; answer: {n}Answer }};\n" for n in names)
    parts.append(
        "/** Every operation with its variables and its answer. */\n"
        f"export interface Operations {{\n{pairs}}}\n"
    )
    return HEADER + "\n".join(parts)


def comment(text: str | None, *, indent: str = "") -> str:
    """Return a description as a comment before what it describes."""
    words = " ".join((text or "").split()).replace("*/", "*\\/")
    return f"{indent}/** {words} */\n" if words else ""


def _named(named: GraphQLNamedType, schema: GraphQLSchema) -> str:
    head = comment(named.description)
    if isinstance(named, GraphQLEnumType):
        values = "".join(f"\n  | {name!r}".replace("'", '"') for name in named.values)
        return f"{head}export type {named.name} ={values};\n"
    if isinstance(named, GraphQLInputObjectType):
        return f"{head}export interface {named.name} {{\n{_input_fields(named)}}}\n"
    if isinstance(named, GraphQLInterfaceType):
        names = sorted(possible.name for possible in schema.get_possible_types(named))
        members = "".join(f"\n  | {name}" for name in names)
        return f"{head}export type {named.name} ={members};\n"
    if isinstance(named, GraphQLObjectType):
        return f"{head}export interface {named.name} {{\n{_fields(named)}}}\n"
    return f"{head}export type {type_name(named)} = string;\n"


def _fields(named: GraphQLObjectType) -> str:
    lines = [f'  __typename: "{named.name}";\n']
    for name, field in named.fields.items():
        lines.append(
            f"{comment(field.description, indent='  ')}  {name}: {type_text(field.type)};\n"
        )
    return "".join(lines)


def _input_fields(named: GraphQLInputObjectType) -> str:
    lines = []
    for name, field in named.fields.items():
        mark = "" if is_non_null_type(field.type) else "?"
        lines.append(
            f"{comment(field.description, indent='  ')}  {name}{mark}: {type_text(field.type)};\n"
        )
    return "".join(lines)


def _operation(operation: ClientOperation, schema: GraphQLSchema) -> str:
    where = f"operations/{operation.frontend}/{operation.name}.graphql"
    variables = variables_type(operation.definition, schema)
    answer = answer_type(operation.document, operation.definition, schema)
    return (
        f"/** What {where} is sent with. */\n"
        f"export type {operation.name}Variables = {variables};\n\n"
        f"/** What {where} is answered with. */\n"
        f"export type {operation.name}Answer = {answer};\n"
    )
