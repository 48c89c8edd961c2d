"""What was compiled answers with the same bytes as the reference, whatever is asked.

`EQUAL_CASES` says how many operations are written; `make equal` writes others in every run.
"""

import math
import os
import random
from collections import Counter
from typing import Any

import orjson
import pytest
from graphql import parse, validate
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from cms.api.schema import schema
from cms.publishing.models import PublishedItem
from cms.publishing.public_ids import id_in_language
from cms.publishing.reading.compiled.execute import execute_fast
from cms.publishing.reading.context import ReadContext
from cms.publishing.reading.dependencies import tags_of
from cms.publishing.reading.execute import Operation, answer
from cms.publishing.reading.item_cache import ItemCache
from cms.publishing.reading.moments import Moment
from tests.publishing.compiled.writing import Vocabulary, Writer, Written, harvest
from tests.visibility.secret_world import SecretWorld

pytestmark = pytest.mark.django_db

CASES = int(os.environ.get("EQUAL_CASES", "300"))
# Every so many operations are validated, which takes longer than answering them.
VALIDATED_EVERY = 10
COVERED_MIN = 0.95


def vocabulary() -> Vocabulary:
    rows = PublishedItem.objects.order_by("key")
    return Vocabulary(
        paths=[*rows.filter(kind="page").values_list("path", flat=True), "/nowhere/", "/en/x"],
        ids=[
            given
            for known in rows.values_list("public_id", flat=True)
            for given in (known, id_in_language(known, locale="bg"))
        ],
        codes=["OURS_0", "OURS_1", "NOTHING"],
        sites=["main", "main", "main", "other"],
    )


class Comparison:
    """Answer operations both ways, and count what happened."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.words = vocabulary()
        self.items = ItemCache(size_bytes=4_000_000)
        here = ReadContext()
        self.moment = Moment(here.clock, here.epoch, 0, math.inf, 0.0)

    def compare(self, written: Written) -> None:
        document = parse(written.text)
        self.counts["written"] += 1
        if self.counts["written"] % VALIDATED_EVERY == 0:
            assert validate(schema(), document) == [], written.text
        operation = Operation(document, "Asked")
        result = answer(operation, written.variables, ReadContext())
        expected = orjson.dumps({"data": result.data}, default=str)
        tags: dict[int, Any] = {}
        # Without any cache, and with one: in the same moment its answers are made of what is known.
        for number, items in enumerate((None, self.items, self.items)):
            context = ReadContext(moment=self.moment if items is not None else None)
            fast = execute_fast(operation, written.variables, context, items=items)
            self._judge(fast, expected, bool(result.errors), written)
            if fast is not None:
                self.counts["rendered"] += len(context.seen)
                tags[number] = tags_of(context)
        assert len(set(tags.values())) <= 1, f"{written.text}\n{written.variables}\n{tags}"
        harvest(result.data, self.words.cursors)

    def _judge(
        self, fast: bytes | None, expected: bytes, has_errors: bool, written: Written
    ) -> None:
        asked = f"{written.text}\n{written.variables}"
        if has_errors:
            self.counts["errors"] += 1
            assert fast is None, asked
        elif written.has_introspection:
            assert fast is None, asked
        else:
            self.counts["coverable"] += 1
            self.counts["covered"] += fast is not None
            assert fast is None or fast == expected, asked


@settings(
    max_examples=CASES,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(seed=st.integers(min_value=0, max_value=2**64 - 1))
def write_and_compare(comparison: Comparison, seed: int) -> None:
    comparison.compare(Writer(random.Random(seed), comparison.words).write())


def test_compiled_answers_are_those_of_the_reference(secret_world: SecretWorld) -> None:
    comparison = Comparison()

    write_and_compare(comparison)

    counts = comparison.counts
    assert counts["covered"] >= COVERED_MIN * counts["coverable"], counts
    # Most of what is written can be compared, and it goes on where earlier answers ended.
    assert counts["coverable"] >= 2.25 * counts["written"], counts
    assert len(comparison.words.cursors) >= 4
    assert counts["rendered"] >= counts["written"] / 3, counts
    assert differing(comparison.items) == []


def differing(items: ItemCache) -> list[str]:
    """Return which kept documents are no longer what the table holds: somebody changed them."""
    kept = items.kept()
    assert kept
    rows = {row.key: row for row in PublishedItem.objects.filter(key__in=[i.key for i in kept])}
    found = []
    for item in kept:
        row = rows[item.key]
        stored = orjson.loads(row.head)
        if item.has_tail and row.tail:
            stored |= orjson.loads(row.tail)
        if item.document != stored:
            found.append(item.key)
    return found


def fast(text: str, variables: dict[str, Any] | None = None) -> bytes | None:
    return execute_fast(Operation(parse(text)), variables, ReadContext())


def test_what_is_wrong_is_left_to_the_reference(secret_world: SecretWorld) -> None:
    assert fast("{ news(first: 0) { totalCount } }") is None
    assert fast("query ($n: Int!) { news(first: $n) { totalCount } }", {"n": "x"}) is None
    assert fast("{ __schema { queryType { name } } }") is None
    assert fast("{ news(first: 1) { totalCount } }") is not None
