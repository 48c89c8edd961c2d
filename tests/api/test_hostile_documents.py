"""Every hostile document is refused with a code of its own, for little work and little memory."""

import gc
import tracemalloc
from collections.abc import Callable
from typing import Any

import pytest

from cms.api import parse
from cms.api.errors import Code
from tests.api.hostile import documents
from tests.contract.asking import Told, ask
from tests.executed_lines import count_executed_lines

pytestmark = pytest.mark.django_db

# About a tenth of a second of work. The dearest document takes two thirds of it, most take a tenth.
LINES_MAX = 2_000_000
MEMORY_BYTES = 20 * 1024 * 1024
DOCUMENTS = dict(documents())


@pytest.fixture(autouse=True)
def warm() -> None:
    """Work out what a process works out once; what it keeps of documents is none of it."""
    ask("{ __typename }")
    parse.DOCUMENTS.clear()


def _counted(text: str, **variables: Any) -> tuple[Told, int]:
    """Return the answer to a document, and how many lines were executed for it."""
    told: list[Told] = []
    lines = count_executed_lines(lambda: told.append(ask(text, **variables)))
    return told[0], lines


def _peak_bytes(act: Callable[[], object]) -> int:
    gc.collect()
    tracemalloc.start()
    try:
        act()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_hostile_document_is_refused_for_little(name: str) -> None:
    told, lines = _counted(DOCUMENTS[name])
    parse.DOCUMENTS.clear()
    peak = _peak_bytes(lambda: ask(DOCUMENTS[name]))

    codes = {error["extensions"]["code"] for error in told.content["errors"]}
    assert told.status == 400
    assert codes <= {code.value for code in Code} - {Code.INTERNAL_SERVER_ERROR.value}
    assert told.statements == []
    assert lines < LINES_MAX
    assert peak < MEMORY_BYTES
    assert len(str(told.content)) < 4_000


@pytest.mark.parametrize(
    ("variables", "code"),
    [
        ({"filter": {"topics": ["x"] * 20_000}}, "VARIABLES_TOO_LARGE"),
        ({"filter": {f"k{n}": {} for n in range(2_000)}}, "VARIABLES_TOO_LARGE"),
        ({"first": "9" * 90_000}, "BAD_USER_INPUT"),
    ],
    ids=["a long list", "many keys", "a long text"],
)
def test_hostile_variables_are_refused_for_little(variables: dict[str, Any], code: str) -> None:
    document = (
        "query($first: Int = 1, $filter: NewsFilter)"
        " { news(first: $first, filter: $filter) { totalCount } }"
    )

    told, lines = _counted(document, **variables)

    assert (told.status, told.content["errors"][0]["extensions"]["code"]) == (400, code)
    assert lines < LINES_MAX
    assert len(str(told.content)) < 4_000
