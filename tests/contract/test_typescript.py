"""The generated TypeScript says what operations are sent with and answered with."""

from typing import Any

from graphql import OperationDefinitionNode, build_schema, parse

from frontend_contract.operation_types import answer_type, variables_type
from frontend_contract.operations import ClientOperation
from frontend_contract.typescript import generate

SCHEMA = build_schema(
    """
    "What can be asked."
    type Query { things(kind: Kind, filter: Filter): [Thing!]!  name: String }
    "What a thing */ may be."
    enum Kind { A B }
    "Narrows."
    input Filter { on: Date kinds: [Kind!] size: Int! }
    "A day."
    scalar Date
    "Any thing."
    interface Thing { id: ID! }
    "A first thing."
    type One implements Thing { id: ID! on: Date parts: [[String!]!]! next: Thing }
    "A second thing."
    type Two implements Thing { id: ID! size: Float }
    "A third thing."
    type Three implements Thing { id: ID! size: Float }
    """
)


def _operation(text: str) -> ClientOperation:
    document = parse(text)
    definition: Any = document.definitions[0]
    assert isinstance(definition, OperationDefinitionNode)
    return ClientOperation("site", "Ask", text, document, definition)


def _answer(text: str) -> list[str]:
    operation = _operation(text)
    return answer_type(operation.document, operation.definition, SCHEMA).splitlines()


def test_variables_with_a_default_or_null_may_be_left_out() -> None:
    operation = _operation(
        "query Ask($a: Int!, $b: Int! = 1, $c: [Kind!], $d: Filter) { name }"
    ).definition

    assert variables_type(operation, SCHEMA).splitlines() == [
        "{",
        "  a: number;",
        "  b?: number;",
        "  c?: Array<Kind> | null;",
        "  d?: Filter | null;",
        "}",
    ]


def test_an_operation_without_variables_takes_none() -> None:
    assert variables_type(_operation("query Ask { name }").definition, SCHEMA) == (
        "Record<string, never>"
    )


def test_an_interface_is_a_union_in_which_members_with_the_same_answer_stand_together() -> None:
    assert _answer(
        "query Ask { things { ...Part ... on One { on } } } fragment Part on Thing { __typename id }"
    ) == [
        "{",
        "  things: Array<{",
        '    __typename: "One";',
        "    id: string;",
        "    on: DateText | null;",
        "  } | {",
        '    __typename: "Three" | "Two";',
        "    id: string;",
        "  }>;",
        "}",
    ]


def test_aliases_directives_and_fields_asked_for_twice_are_followed() -> None:
    assert _answer(
        "query Ask($x: Boolean!) { other: name name @include(if: $x) ... @skip(if: $x) { name }"
        " things { ... on One { next { id } parts } ... on One { next { ... on Two { size } } } } }"
    ) == [
        "{",
        "  other: string | null;",
        "  name?: string | null;",
        "  things: Array<{",
        "    next: {",
        "      id: string;",
        "    } | {",
        "      id: string;",
        "      size: number | null;",
        "    } | null;",
        "    parts: Array<Array<string>>;",
        "  } | {}>;",
        "}",
    ]


def test_a_field_is_certain_when_one_of_its_places_is() -> None:
    assert _answer("query Ask($x: Boolean!) { name @include(if: $x) ... { name } }") == [
        "{",
        "  name: string | null;",
        "}",
    ]


def test_the_whole_file_holds_every_type_but_the_root() -> None:
    assert generate(SCHEMA, [_operation("query Ask { name }")]).splitlines() == [
        "// Made by `make contract` from schema.graphql and operations/. Do not edit.",
        "",
        "/** A day. */",
        "export type DateText = string;",
        "",
        "/** Narrows. */",
        "export interface Filter {",
        "  on?: DateText | null;",
        "  kinds?: Array<Kind> | null;",
        "  size: number;",
        "}",
        "",
        "/** What a thing *\\/ may be. */",
        "export type Kind =",
        '  | "A"',
        '  | "B";',
        "",
        "/** A first thing. */",
        "export interface One {",
        '  __typename: "One";',
        "  id: string;",
        "  on: DateText | null;",
        "  parts: Array<Array<string>>;",
        "  next: Thing | null;",
        "}",
        "",
        "/** Any thing. */",
        "export type Thing =",
        "  | One",
        "  | Three",
        "  | Two;",
        "",
        "/** A third thing. */",
        "export interface Three {",
        '  __typename: "Three";',
        "  id: string;",
        "  size: number | null;",
        "}",
        "",
        "/** A second thing. */",
        "export interface Two {",
        '  __typename: "Two";',
        "  id: string;",
        "  size: number | null;",
        "}",
        "",
        "/** What operations/site/Ask.graphql is sent with. */",
        "export type AskVariables = Record<string, never>;",
        "",
        "/** What operations/site/Ask.graphql is answered with. */",
        "export type AskAnswer = {",
        "  name: string | null;",
        "};",
        "",
        "/** Every operation with its variables and its answer. */",
        "export interface Operations {",
        "  Ask: { variables: AskVariables; answer: AskAnswer };",
        "}",
    ]
