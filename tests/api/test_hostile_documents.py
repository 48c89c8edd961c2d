"""Every hostile document is refused with a code of its own, for little time and little memory."""

import gc
import sys
import time
import tracemalloc
from collections.abc import Callable
from typing import Any

import pytest

from cms.api.errors import Code
from tests.api.hostile import documents
from tests.contract.asking import Told, ask

pytestmark = pytest.mark.django_db

# What a run for coverage traces takes several times as long.
CPU_SECONDS = 0.1 if sys.gettrace() is None else 1.0
MEMORY_BYTES = 20 * 1024 * 1024
# A machine that is busy with something else is not the document's fault.
TRIES = 3
DOCUMENTS = dict(documents())


def _cpu_seconds(act: Callable[[], object]) -> float:
    started = time.process_time()
    act()
    return time.process_time() - started


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
    def refuse() -> Told:
        return ask(DOCUMENTS[name])

    told = refuse()
    seconds = min(_cpu_seconds(refuse) for _ in range(TRIES))
    peak = _peak_bytes(refuse)

    codes = {error["extensions"]["code"] for error in told.content["errors"]}
    assert told.status == 400
    assert codes <= {code.value for code in Code} - {Code.INTERNAL_SERVER_ERROR.value}
    assert told.statements == []
    assert seconds < CPU_SECONDS
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

    def refuse() -> Told:
        return ask(document, **variables)

    told = refuse()

    assert (told.status, told.content["errors"][0]["extensions"]["code"]) == (400, code)
    assert min(_cpu_seconds(refuse) for _ in range(TRIES)) < CPU_SECONDS
    assert len(str(told.content)) < 4_000
