"""Check the published plane after each step of a history of edits.

What is checked does not depend on what the step was, so that any operation can be added to a history.
"""

import datetime as dt
from typing import Any

import orjson
from django.db import transaction as database

from cms.publishing.clock import read_clock
from cms.publishing.models import Facet, Projection, PublishedItem
from cms.publishing.reconcile import sweep, tick
from tests.publishing.oracle import Verdict, judge

# What depends on the past, not on the present.
NUMBERING = {"seq", "changed_at", "version", "change", "was_syndicated"}
CONTENT = ("head", "tail", "title", "sort_title", "summary", "search_text", "digest")
INSTANTS = ("sort_at", "starts_at", "ends_at", "valid_until")
# Projecting everything anew takes five times as long as all other checks of a step.
STEPS_BETWEEN_PROJECTIONS = 5


class Ledger:
    """Remember what the public has seen so far, and hold each step to it."""

    def __init__(self, *, now: dt.datetime) -> None:
        self.written = read_clock().value
        self.ticked_at = now
        self.given_up: set[str] = set()
        self.mirror: dict[str, dict[str, Any]] = {}
        self.cursor = 0
        self.reasons: dict[str, set[str]] = {}
        self.checks = 0
        self.check(now)

    def check(self, now: dt.datetime) -> None:
        """Check everything that must hold after a step."""
        before = self.mirror
        rows: dict[str, Any] = {row["public_id"]: row for row in PublishedItem.objects.values()}
        verdicts = judge(now)
        self.given_up -= verdicts.keys()
        late = {key for key, verdict in verdicts.items() if self._is_late(verdict, now=now)}
        self._check_clock(rows)
        self._check_mirror(rows)
        for public_id in rows.keys() | verdicts.keys():
            verdict = verdicts.get(public_id) or Verdict(self._why_gone(public_id))
            row, is_late = rows.get(public_id), public_id in late
            if not verdict.reason:
                self._check_public(public_id, row, verdict, is_late=is_late)
            elif row is None:
                assert public_id not in before, f"{public_id} left nothing behind"
            else:
                self._check_hidden(row, before.get(public_id), verdict, now=now, is_late=is_late)
        check_against_sweep(now=now)
        self.checks += 1
        if self.checks % STEPS_BETWEEN_PROJECTIONS == 0:
            check_against_projecting_anew(late, now=now)

    def _is_late(self, verdict: Verdict, *, now: dt.datetime) -> bool:
        """Say whether time alone may have changed a thing, with no tick since."""
        return any(self.ticked_at < instant <= now for instant in verdict.instants)

    def _why_gone(self, public_id: str) -> str:
        return "MOVED" if public_id in self.given_up else "DELETED"

    def _check_clock(self, rows: dict[str, dict[str, Any]]) -> None:
        numbers = sorted(row["seq"] for row in rows.values())
        clock = read_clock().value
        assert len(numbers) == len(set(numbers)), "two changes have one number"
        assert not numbers or numbers[-1] == clock, (numbers[-1], clock)
        assert clock == self.written, f"{self.written} changes were written, the clock says {clock}"

    def _check_mirror(self, rows: dict[str, dict[str, Any]]) -> None:
        """Follow the clock as a subscriber does; that must give the whole table."""
        changed = sorted(
            (row for row in rows.values() if row["seq"] > self.cursor), key=lambda row: row["seq"]
        )
        self.mirror = self.mirror | {row["public_id"]: row for row in changed}
        self.cursor = max([self.cursor, *(row["seq"] for row in changed)])
        assert {k: _said(v) for k, v in self.mirror.items()} == {
            k: _said(v) for k, v in rows.items()
        }

    def _check_public(
        self, public_id: str, row: dict[str, Any] | None, verdict: Verdict, *, is_late: bool
    ) -> None:
        if is_late:
            # Its row may still be the tombstone of before, and be hidden again with that reason.
            return
        self.reasons.pop(public_id, None)
        assert row is not None, f"{public_id} should be public"
        assert (row["visible"], row["reason"]) == (True, ""), row
        assert verdict.path in (None, row["path"]), (verdict, row["path"])

    def _check_hidden(
        self,
        row: dict[str, Any],
        before: dict[str, Any] | None,
        verdict: Verdict,
        *,
        now: dt.datetime,
        is_late: bool,
    ) -> None:
        reasons = self.reasons.setdefault(row["public_id"], set())
        if row["visible"]:
            # Expiry is exact without a tick: readers leave out what is no longer valid.
            assert is_late, (row["key"], verdict)
            assert row["valid_until"], row["key"]
            assert row["valid_until"] <= now, row["key"]
            reasons.add(verdict.reason)
            return
        if before is None or before["visible"]:
            # Whatever takes on another language may by that leave the public ones.
            moved = {"SITE_HIDDEN"} if row["public_id"] in self.given_up else set()
            reasons |= {verdict.reason, *moved}
        assert row["reason"] in reasons, (row["key"], row["reason"], reasons)
        assert [row[name] for name in CONTENT] == [""] * len(CONTENT), row
        assert [row[name] for name in INSTANTS] == [None] * len(INSTANTS), row
        assert not Facet.objects.filter(key=row["key"]).exists(), row["key"]


def _said(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in {"key", "seq"}}


def check_against_sweep(*, now: dt.datetime) -> None:
    """Fail when a sweep finds something to write after a tick."""
    with database.atomic():
        tick(now=now)
        assert_nothing_to_do(now)
        database.set_rollback(True)


def check_against_projecting_anew(late: set[str], *, now: dt.datetime) -> None:
    """Compare the rows with those of a sweep that remembers nothing.

    Shape: `late` are the public ids that wait for a tick.
    """
    with database.atomic():
        stored = _shown(without=late)
        for model in (Projection, Facet):
            model.objects.all().delete()
        # Tombstones stay: they alone know that a former address was public once.
        PublishedItem.objects.filter(visible=True).delete()
        sweep(now=now)
        made = _shown(without=late)
        for public_id in stored.keys() | made.keys():
            there, here = stored.get(public_id), made.get(public_id)
            assert there == here, f"stored: {there}\nmade anew: {here}"
        assert_nothing_to_do(now)
        database.set_rollback(True)


def assert_nothing_to_do(now: dt.datetime) -> None:
    """Fail when a sweep finds something to write."""
    outcome = sweep(now=now)
    keys = [*outcome.published, *outcome.updated, *outcome.withdrawn, *outcome.failed]
    rows = PublishedItem.objects.filter(key__in=keys)
    assert not keys, f"{outcome}: {[(row.key, row.path, row.reason) for row in rows]}"


def _shown(*, without: set[str]) -> dict[str, Any]:
    """Return all that is public of each visible thing, facets included."""
    facets: dict[str, list[Any]] = {}
    for row in Facet.objects.values_list("key", "type", "site", "locale", "facet", "value"):
        facets.setdefault(row[0], []).append(row)
    return {
        row["public_id"]: (
            {name: value for name, value in row.items() if name not in NUMBERING},
            orjson.loads(row["head"] or "{}"),
            sorted(facets.pop(row["key"], [])),
        )
        for row in PublishedItem.objects.filter(visible=True)
        .exclude(public_id__in=without)
        .values()
    }
