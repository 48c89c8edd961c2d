"""Compare things of one kind with their public rows, and write what differs."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace

from cms.publishing import kinds, visibility
from cms.publishing.file_references import end_grace_periods
from cms.publishing.mentions import Turned
from cms.publishing.page_tree import aliases_of
from cms.publishing.projections import Effort, Projections, Result, Texts
from cms.publishing.protocols import Placement, WithdrawalReason
from cms.publishing.rewriting import is_rewritten
from cms.publishing.rows import (
    Row,
    Shown,
    digest_of,
    load_rows,
    write_hidden,
    write_shown,
)
from cms.publishing.small_documents import SmallDocuments
from cms.publishing.surroundings import Surroundings

# The longest address that the published table holds.
LONGEST_PATH = 2048


@dataclass(slots=True)
class Outcome:
    """Report what a reconcile changed, as keys in the order they were written."""

    published: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    withdrawn: list[str] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)

    @property
    def count(self) -> int:
        """Return the number of changed rows."""
        return len(self.published) + len(self.updated) + len(self.withdrawn)

    def add(self, other: "Outcome") -> None:
        """Report what another reconcile changed as well."""
        self.published += other.published
        self.updated += other.updated
        self.withdrawn += other.withdrawn
        self.failed.update(other.failed)

    def __str__(self) -> str:
        parts = {
            "published": self.published,
            "updated": self.updated,
            "withdrawn": self.withdrawn,
            "failed": self.failed,
        }
        return (
            ", ".join(f"{len(keys)} {name}" for name, keys in parts.items() if keys) or "0 changes"
        )


@dataclass(frozen=True, slots=True)
class Wanted:
    """Say which things of a kind to look at.

    Shape: of `own` the documents are compared too, of `below` (pages with everything below them) and
           of `places` only place and visibility. None stands for all of a kind. A thing in `strict`
           that cannot be projected refuses the whole transaction.
    """

    own: frozenset[int] | None = frozenset()
    places: frozenset[int] | None = frozenset()
    below: frozenset[int] = frozenset()
    strict: frozenset[int] = frozenset()

    @property
    def pks(self) -> frozenset[int] | None:
        """Return what is looked at besides `below`; None for all."""
        return None if self.own is None or self.places is None else self.own | self.places


class Comparison:
    """Place the things of one kind, project what changed, compare, and write the differences."""

    def __init__(
        self,
        kind: str,
        *,
        wanted: Wanted,
        now: dt.datetime,
        around: Surroundings,
        effort: Effort,
    ) -> None:
        self.kind, self.wanted, self.now, self.around = kind, wanted, now, around
        self.effort = effort
        self.outcome = Outcome()
        self.turned = Turned()
        # Pictures and documents whose references may have changed.
        self.affected_files: set[str] = set()
        self.placed: dict[int, Placement] = {}
        self.rows: dict[int, Row] = {}
        is_small = kind in (kinds.SITE, kinds.REDIRECT)
        self.documents: Projections | SmallDocuments = (
            SmallDocuments(kind, around=around) if is_small else Projections(kind, effort=effort)
        )

    def run(self) -> Outcome:
        """Write what differs, and return what that was."""
        self._look(self.wanted.pks, below=self.wanted.below)
        if self.kind == kinds.PAGE and self.wanted.pks is not None:
            self._look((), below=self._uprooted())
            self._look_at_aliases()
        chosen = self._chosen()
        self.documents.load(None if self.wanted.own is None else chosen)
        shown = {
            pk: self.placed[pk]
            for pk in sorted(chosen)
            if pk in self.placed and self.placed[pk].reason is None
        }
        results = self.documents.results(shown, strict=self.wanted.strict)
        self.outcome.failed.update(self.documents.failures)
        self._write(chosen, shown=shown, results=results)
        return self.outcome

    def _look(self, pks: Collection[int] | None, *, below: Collection[int]) -> None:
        """Read places and rows of more things."""
        if pks is not None and not pks and not below:
            return
        placed = visibility.placements(
            self.kind, pks=pks, below=below, now=self.now, around=self.around
        )
        named = None if pks is None else {*pks, *placed} - self.rows.keys()
        self.rows.update(load_rows(self.kind, named))
        for pk, placement in placed.items():
            self.placed[pk] = _bounded(placement)

    def _uprooted(self) -> set[int]:
        """Return the pages that no longer stand where their rows say: what is below may not either."""
        return {pk for pk in self.wanted.own or () if self._is_displaced(pk)}

    def _look_at_aliases(self) -> None:
        """Look at the aliases of pages whose rows are to change, at what is below these, and so on."""
        followed: set[int] = set()
        while displaced := {pk for pk in self._seen() if self._is_displaced(pk)} - followed:
            followed |= displaced
            self._look((), below=aliases_of(displaced) - self.placed.keys())

    def _seen(self) -> set[int]:
        return self.placed.keys() | self.rows.keys()

    def _is_displaced(self, pk: int) -> bool:
        row, placement = self.rows.get(pk), self.placed.get(pk)
        if row is None:
            return placement is not None and placement.reason is None
        if placement is None:
            return row.visible
        return not row.stands_at(placement)

    def _chosen(self) -> Collection[int]:
        """Return the things to compare in full."""
        seen = self._seen()
        if self.wanted.own is None:
            return seen
        displaced = {pk for pk in seen - self.wanted.own if self._is_displaced(pk)}
        return displaced | self.wanted.own

    def _write(
        self,
        chosen: Collection[int],
        *,
        shown: Mapping[int, Placement],
        results: Mapping[int, Result],
    ) -> None:
        new = [thing for pk, result in results.items() if (thing := self._changed(pk, result))]
        gone = list(self._withdrawn(chosen))
        boundaries = {
            pk: _next_boundary(self.placed[pk], results.get(pk), now=self.now)
            for pk in chosen
            if pk in self.placed
        }
        texts = self.documents.texts([thing.pk for thing in new])
        new = self._told_apart(new, texts=texts)
        self.documents.write(boundaries)
        self.documents.excuse(pk for pk in boundaries if pk not in shown)
        self.documents.forget(self.placed)
        left, files = write_shown(new, kind=self.kind, texts=texts, now=self.now)
        self.outcome.withdrawn.extend(left)
        self.affected_files |= files | write_hidden(gone, now=self.now)
        for thing in new:
            if thing.is_rewritten:
                continue
            was_visible = thing.row is not None and thing.row.visible
            log = self.outcome.updated if was_visible else self.outcome.published
            log.append(f"{self.kind}:{thing.pk}")
            self._note(thing)
        if self.kind in kinds.FILES:
            # What was withdrawn does not come back by a grace period.
            end_grace_periods(row.key for row, _reason in gone)
        self.outcome.withdrawn.extend(row.key for row, _reason in gone)
        self.turned.keys.update([*left, *(row.key for row, _reason in gone)])

    def _told_apart(self, new: list[Shown], *, texts: Mapping[int, Texts]) -> list[Shown]:
        """Mark the things to which nothing has happened but other code."""
        standing = {
            thing.pk: thing.row
            for thing in new
            if thing.row
            and thing.row.public_id == thing.result.public_id
            and thing.row.stands_at(thing.placement)
        }
        rewritten: set[int] = set()
        for pk, (result, former) in self.documents.former(standing).items():
            was_written = standing[pk].digest == digest_of(
                result, placement=self.placed[pk], now=self.now
            )
            if was_written and is_rewritten(former, texts[pk]):
                rewritten.add(pk)
        return [thing._replace(is_rewritten=thing.pk in rewritten) for thing in new]

    def _note(self, thing: Shown) -> None:
        """Note what looks different to whoever points at it."""
        if self.kind == kinds.SITE:
            self.turned.sites.add(thing.placement.site)
        if self.kind in kinds.FILES:
            # Whoever shows them shows their files, so every change of these is seen through others.
            is_seen = not self._is_in_use_otherwise(thing)
        else:
            is_seen = thing.row is None or not thing.row.stands_at(thing.placement)
        if is_seen:
            self.turned.keys.add(f"{self.kind}:{thing.pk}")

    def _is_in_use_otherwise(self, thing: Shown) -> bool:
        """Say whether nothing of a file differs but how long, and for whom, others refer to it."""
        row = thing.row
        if row is None or not row.visible:
            return False
        before = replace(
            thing.placement, valid_until=row.valid_until, is_syndicated=row.is_syndicated
        )
        return row.digest == digest_of(thing.result, placement=before, now=self.now)

    def _changed(self, pk: int, result: Result) -> Shown | None:
        row, placement = self.rows.get(pk), self.placed[pk]
        if (
            row
            and row.visible
            and row.digest == digest_of(result, placement=placement, now=self.now)
        ):
            return None
        return Shown(pk, result, placement, row)

    def _withdrawn(self, chosen: Collection[int]) -> Iterable[tuple[Row, WithdrawalReason]]:
        for pk in sorted(chosen):
            row, placement = self.rows.get(pk), self.placed.get(pk)
            reason = placement.reason if placement else WithdrawalReason.DELETED
            if row and row.visible and reason is not None:
                yield row, reason


def _bounded(placement: Placement) -> Placement:
    """Hide what stands at an address longer than the table holds."""
    if len(placement.path) <= LONGEST_PATH:
        return placement
    return Placement(WithdrawalReason.SITE_HIDDEN, type_name=placement.type_name)


def _next_boundary(
    placement: Placement, result: Result | None, *, now: dt.datetime
) -> dt.datetime | None:
    instants = [placement.boundary_at] if placement.boundary_at else []
    if result:
        instants += [instant for instant in result.boundaries if instant > now]
    return min(instants, default=None)
