"""Documents beyond a limit are refused with its code, for little work; those at it are answered."""

import pytest
from graphql import get_introspection_query

from cms.api import limits
from tests.contract.asking import Told, ask, refused
from tests.executed_lines import count_executed_lines

pytestmark = pytest.mark.django_db

LARGE, DEEP, COMPLEX = "DOCUMENT_TOO_LARGE", "DOCUMENT_TOO_DEEP", "DOCUMENT_TOO_COMPLEX"
ADVICE = "Ask for less, or in several requests."


def _nested(levels: int) -> str:
    """Return a document of so many levels of fields."""
    inner = "{ url }"
    for _ in range(levels - 3):
        inner = f"{{ breadcrumbs {inner} }}"
    return f'{{ route(path: "/") {{ page {inner} }} }}'


def _aliases(count: int) -> str:
    inner = " ".join(f"a{number}: totalCount" for number in range(count))
    return f"{{ news {{ {inner} }} }}"


def _roots(count: int) -> str:
    """Return a document of so many different fields at the root."""
    return "{ " + " ".join(f"a{number}: __typename" for number in range(count)) + " }"


def _operations(count: int) -> str:
    return " ".join(f"query Q{number} {{ __typename }}" for number in range(count))


def _repeated(what: str, count: int) -> str:
    return "{ " + " ".join([what] * count) + " }"


def _fragments(count: int) -> str:
    spreads = " ".join(f"...F{number}" for number in range(count))
    parts = " ".join(f"fragment F{n} on Query {{ __typename }}" for n in range(count))
    return f"{{ {spreads} }} {parts}"


def _doubling(levels: int) -> str:
    """Return a short document whose fragments ask for 2 ** levels fields."""
    parts = [f"fragment F{n} on Query {{ ...F{n + 1} ...F{n + 1} }}" for n in range(levels)]
    return f"{{ ...F0 }} {' '.join(parts)} fragment F{levels} on Query {{ __typename }}"


@pytest.mark.parametrize(
    ("at", "over", "code", "message"),
    [
        (
            "{ __typename }".ljust(limits.CHARACTERS_MAX),
            "{ __typename }".ljust(limits.CHARACTERS_MAX + 1),
            LARGE,
            "The document has more than 16000 characters.",
        ),
        (_nested(12), _nested(13), DEEP, "The document nests more than 12 levels of fields."),
        (_aliases(30), _aliases(31), COMPLEX, f"The document has more than 30 aliases. {ADVICE}"),
        (
            _repeated("__typename @include(if: true)", 50),
            _repeated("__typename @include(if: true)", 51),
            COMPLEX,
            f"The document has more than 50 directives. {ADVICE}",
        ),
        (
            _repeated("__typename", 500),
            _repeated("__typename", 501),
            COMPLEX,
            f"The document has more than 500 fields. {ADVICE}",
        ),
        (
            _fragments(50),
            _fragments(51),
            COMPLEX,
            f"The document has more than 50 fragments. {ADVICE}",
        ),
        (
            _roots(20),
            _roots(21),
            COMPLEX,
            f"The document has more than 20 different fields at its root. {ADVICE}",
        ),
        (
            _operations(20),
            _operations(21),
            COMPLEX,
            f"The document has more than 20 operations. {ADVICE}",
        ),
        (_doubling(8), _doubling(9), COMPLEX, f"The document has more than 500 fields. {ADVICE}"),
        ("#\n" * 50 + "{ __typename }", "#\n" * 51 + "{ __typename }", LARGE, ""),
        (
            "{ __typename(a: [" + "1 " * 900 + "]) }",
            "{ __typename(a: [" + "1 " * 2_000 + "]) }",
            LARGE,
            "",
        ),
    ],
    ids=[
        "characters", "levels", "aliases", "directives", "fields", "fragments", "roots",
        "operations", "doubling fragments", "comments", "tokens",
    ],
)  # fmt: skip
def test_a_document_beyond_a_limit_is_refused(at: str, over: str, code: str, message: str) -> None:
    allowed = ask(at).content
    found, words = refused(over)

    codes = {error["extensions"]["code"] for error in allowed.get("errors", [])}
    assert not codes & {LARGE, DEEP, COMPLEX}
    assert found == code
    assert words.startswith(message)
    assert ask(over).status == 400


def test_the_levels_of_fragments_count() -> None:
    inner = "url"
    for _ in range(10):
        inner = f"breadcrumbs {{ {inner} }}"
    document = (
        f'{{ route(path: "/") {{ page {{ ...Deep }} }} }} fragment Deep on Page {{ {inner} }}'
    )

    assert refused(document)[0] == DEEP


def test_a_schema_may_be_read_with_the_usual_introspection() -> None:
    told = ask(get_introspection_query(descriptions=True, input_value_deprecation=True))

    assert told.status == 200
    assert told.content["data"]["__schema"]["queryType"]["name"] == "Query"
    assert told.statements == []


def test_deep_introspection_beside_a_field_counts_as_any_document() -> None:
    inner = "name"
    for _ in range(12):
        inner = f"ofType {{ {inner} }}"

    alone = f'{{ __type(name: "Page") {{ {inner} }} }}'
    beside = f'{{ __typename news {{ totalCount }} __type(name: "Page") {{ {inner} }} }}'

    assert ask(alone).status == 200
    assert refused(beside)[0] == DEEP


def test_a_fragment_inside_itself_is_a_mistake_and_no_trap() -> None:
    told = ask("{ ...A } fragment A on Query { ...B } fragment B on Query { ...A __typename }")

    codes = {error["extensions"]["code"] for error in told.content["errors"]}
    assert (told.status, codes) == (400, {"GRAPHQL_VALIDATION_FAILED"})


@pytest.mark.parametrize(
    "document",
    [
        "{" + "...{" * 600 + "__typename" + "}" * 600 + "}",
        "{ __typename(a: " + "[" * 900 + "]" * 900 + ") }",
        "query(" + "$a: " + "[" * 900 + "Int" + "]" * 900 + ") { __typename }",
    ],
    ids=["inline fragments", "lists", "types of lists"],
)
def test_what_nests_too_deeply_to_be_parsed_is_refused(document: str) -> None:
    code, message = refused(document)

    assert (code, message) == (
        DEEP,
        "Syntax Error: Document is nested too deeply. Parsing aborted.",
    )


@pytest.mark.parametrize(
    "document",
    [
        _doubling(40),
        "{ " + " ".join(f"a{n}: news {{ nodes {{ id }} }}" for n in range(300)) + " }",
        "{ " + "news { nodes { id title } } " * 200 + " }",
        "{ " + " ".join(["...F"] * 900) + " } fragment F on Query { __typename }",
    ],
    ids=["doubling", "aliases", "the same field", "spreads"],
)
def test_a_hostile_document_costs_little(document: str) -> None:
    # What a process works out once is none of the document's work.
    ask("{ __typename }")
    told: list[Told] = []

    lines = count_executed_lines(lambda: told.append(ask(document)))

    assert (told[0].status, told[0].statements) == (400, [])
    assert lines < 500_000
