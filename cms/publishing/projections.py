"""Keep the latest projection of each thing, so that showing a hidden one again copies rows.

What is compared (fingerprints and digests) is small and read for everything; texts are read only of
the things whose public row is written.
"""

import contextlib
import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

import orjson
from django.db import transaction
from django.utils import timezone

from cms.publishing import kinds
from cms.publishing.fingerprint import fingerprints
from cms.publishing.models import Projection
from cms.publishing.projection import Projected, load_columns, project
from cms.publishing.protocols import Columns, Placement
from cms.publishing.schema.projecting import ProjectionFailed, schema_digest

BATCH = 400
# Above this many, reading all of a kind costs less than naming its rows.
MANY = 4000
# So many things are loaded and projected together; when one of them fails, each by itself.
PROJECTED_AT_ONCE = 100


class Result(NamedTuple):
    """Hold what comparing a thing with its public row needs of its document.

    Shape: `boundaries` are the instants at which a computed status changes, in order.
    """

    public_id: str
    digest: str
    boundaries: tuple[datetime, ...]


class Texts(NamedTuple):
    """Hold what the public row of a visible thing is made of."""

    head: str
    tail: str
    columns: Columns


class Known(NamedTuple):
    """Hold the small columns of a stored projection."""

    key: str
    public_id: str
    fingerprint: str
    schema_digest: str
    digest: str
    boundaries: str
    error: str
    boundary_at: datetime | None

    def is_of(self, fingerprint: str, schema_digest: str) -> bool:
        """Say whether the thing's rows and the schema are still what it was made of."""
        return (self.fingerprint, self.schema_digest) == (fingerprint, schema_digest)

    def result(self) -> Result | None:
        """Return what its document is compared by, or None while there is no document."""
        if not self.digest:
            return None
        instants = orjson.loads(self.boundaries) if self.boundaries else ()
        return Result(self.public_id, self.digest, tuple(map(datetime.fromisoformat, instants)))


# The public id of a thing, and what was projected of it.
Made = tuple[str, Projected]


@dataclass(slots=True)
class Effort:
    """Say how much a reconcile may project, and what it had to leave for later.

    Shape: `left` None means everything. `postponed` are keys whose public rows stay as they are.
    """

    left: int | None = None
    postponed: list[str] = field(default_factory=list)

    def take(self, key: str) -> bool:
        """Allow one more projection, or note that the thing has to wait."""
        if self.left is None:
            return True
        if self.left == 0:
            self.postponed.append(key)
            return False
        self.left -= 1
        return True


class Projections:
    """Give the projections of things of one kind, projecting only those whose own rows changed."""

    def __init__(self, kind: str, *, effort: Effort) -> None:
        self.kind = kind
        self.effort = effort
        self.failures: dict[str, str] = {}
        self._known: dict[int, Known] = {}
        self._made: dict[int, Projected] = {}
        self._written: list[Projection] = []
        self._failed: list[Projection] = []

    def load(self, pks: Collection[int] | None) -> None:
        """Read the small columns of stored projections; `pks` None means all of the kind."""
        rows = Projection.objects.filter(kind=self.kind).order_by()
        if pks is None or len(pks) > MANY:
            batches = [rows]
        else:
            batches = [rows.filter(key__in=keys) for keys in _key_batches(self.kind, pks)]
        for batch in batches:
            for row in batch.values_list(*Known._fields):
                self._known[kinds.split_key(row[0])[1]] = Known(*row)

    def results(
        self, shown: Mapping[int, Placement], *, strict: Collection[int]
    ) -> dict[int, Result]:
        """Return what the rows of visible things are compared by.

        Shape: things without a document, and those whose turn comes later, are absent.
        Raises: ProjectionFailed for a thing in `strict`; other failures are recorded, and the
                document from before is kept.
        """
        by_type: dict[str, list[int]] = {}
        for pk, placement in shown.items():
            by_type.setdefault(placement.type_name, []).append(pk)
        found: dict[int, Result] = {}
        for type_name, pks in by_type.items():
            model: Any = kinds.model_named(self.kind, type_name)
            prints = fingerprints(model, pks=None if len(pks) > MANY / 4 else pks)
            found |= self._of_type(model, pks, prints=prints, strict=strict)
        return found

    def _of_type(
        self, model: Any, pks: Sequence[int], *, prints: Mapping[int, str], strict: Collection[int]
    ) -> dict[int, Result]:
        """Return the results of things of one type; what changed since is projected anew."""
        found: dict[int, Result | None] = {}
        stale: list[int] = []
        for pk in pks:
            known = self._known.get(pk)
            if known and known.is_of(prints.get(pk, ""), schema_digest()):
                if not known.error or pk not in strict:
                    found[pk] = self._as_it_is(pk, known)
                    continue
            elif pk not in strict and not self.effort.take(f"{self.kind}:{pk}"):
                continue
            found[pk] = None
            stale.append(pk)
        for start in range(0, len(stale), PROJECTED_AT_ONCE):
            batch = stale[start : start + PROJECTED_AT_ONCE]
            for pk, made in _projected(model, batch, strict=strict).items():
                marks = {"fingerprint": prints.get(pk, ""), "schema_digest": schema_digest()}
                found[pk] = self._keep(pk, made, marks=marks)
        return {pk: result for pk, result in found.items() if result is not None}

    def _as_it_is(self, pk: int, known: Known) -> Result | None:
        if known.error:
            self.failures[f"{self.kind}:{pk}"] = known.error
        return known.result()

    def _keep(
        self, pk: int, made: Made | ProjectionFailed, *, marks: dict[str, str]
    ) -> Result | None:
        """Note what is to be written of a thing that was projected, or could not be."""
        if isinstance(made, ProjectionFailed):
            return self._keep_failure(pk, made, marks=marks)
        public_id, projected = made
        text = f"{projected.head}\0{projected.tail}\0{projected.columns_text}"
        boundaries = tuple(sorted(projected.columns.boundaries))
        self._made[pk] = projected
        row = Projection(
            key=f"{self.kind}:{pk}",
            kind=self.kind,
            public_id=public_id,
            digest=hashlib.blake2b(text.encode(), digest_size=16).hexdigest(),
            head=projected.head,
            tail=projected.tail,
            columns=projected.columns_text,
            boundaries=orjson.dumps(boundaries).decode() if boundaries else "",
            **marks,
        )
        self._written.append(row)
        return Result(public_id, row.digest, boundaries)

    def _keep_failure(
        self, pk: int, error: ProjectionFailed, *, marks: dict[str, str]
    ) -> Result | None:
        key, known = f"{self.kind}:{pk}", self._known.get(pk)
        self.failures[key] = str(error)
        row = Projection(key=key, kind=self.kind, error=str(error), **marks)
        row.failed_at = timezone.now()
        self._failed.append(row)
        return known.result() if known else None

    def texts(self, pks: Collection[int]) -> dict[int, Texts]:
        """Return the documents of things that have one."""
        found = {pk: Texts(*_parts(self._made[pk])) for pk in pks if pk in self._made}
        return found | self._stored([pk for pk in pks if pk not in found])

    def _stored(self, pks: Collection[int]) -> dict[int, Texts]:
        found: dict[int, Texts] = {}
        for keys in _key_batches(self.kind, pks):
            rows = Projection.objects.filter(key__in=keys).order_by()
            for key, head, tail, columns in rows.values_list("key", "head", "tail", "columns"):
                found[kinds.split_key(key)[1]] = Texts(head, tail, load_columns(columns))
        return found

    def former(self, pks: Collection[int]) -> dict[int, tuple[Result, Texts]]:
        """Return what other code made of things, as it was compared and as it was written."""
        asked = {pk: self._known[pk] for pk in pks if pk in self._known}
        present = schema_digest()
        keys = [pk for pk, known in asked.items() if known.schema_digest != present]
        found: dict[int, tuple[Result, Texts]] = {}
        for pk, texts in self._stored(keys).items():
            result = asked[pk].result()
            if result is not None:
                found[pk] = (result, texts)
        return found

    def write(self, boundaries: Mapping[int, datetime | None]) -> None:
        """Store what was projected, what failed, and the next boundary of each thing."""
        texts = [name for name in _fields() if name != "boundary_at"]
        _upsert(self._written, update=texts)
        _upsert(self._failed, update=["fingerprint", "schema_digest", "error", "failed_at"])
        moved = [
            Projection(key=f"{self.kind}:{pk}", kind=self.kind, boundary_at=instant)
            for pk, instant in sorted(boundaries.items())
            if instant != (self._known[pk].boundary_at if pk in self._known else None)
        ]
        _upsert(moved, update=["boundary_at"])

    def excuse(self, hidden: Iterable[int]) -> None:
        """Forget the failures of hidden things; they are tried again when they are to be shown."""
        failed = [pk for pk in hidden if pk in self._known and self._known[pk].error]
        for keys in _key_batches(self.kind, failed):
            rows = Projection.objects.filter(key__in=keys)
            rows.update(error="", failed_at=None, fingerprint="")

    def forget(self, exists: Collection[int]) -> None:
        """Drop the loaded projections of things that no longer exist."""
        gone = [pk for pk in self._known if pk not in exists]
        for keys in _key_batches(self.kind, gone):
            Projection.objects.filter(key__in=keys).delete()


def _projected(
    model: Any, pks: Sequence[int], *, strict: Collection[int]
) -> dict[int, Made | ProjectionFailed]:
    """Load things and project them: together, or each by itself when one of them fails.

    Raises: ProjectionFailed for a thing in `strict`.
    """
    if len(pks) > 1:
        with contextlib.suppress(Exception):
            return dict(_projected_together(model, pks))
    found: dict[int, Made | ProjectionFailed] = {}
    for pk in pks:
        try:
            found |= _projected_together(model, [pk])
        except Exception as error:  # noqa: BLE001 - one that fails stops no other
            failed = _failure(model, error)
            if pk in strict:
                raise failed from (error if failed is not error else error.__cause__)
            found[pk] = failed
    return found


def _failure(model: Any, error: Exception) -> ProjectionFailed:
    if isinstance(error, ProjectionFailed):
        return error
    # Its row cannot even be read: a broken stream field, say.
    return ProjectionFailed(model.__name__, field="row", why=str(error))


def _projected_together(model: Any, pks: Sequence[int]) -> dict[int, Made]:
    # A statement that fails must not break the transaction of all the other things.
    with transaction.atomic():
        things = model._default_manager
        instances = things.in_bulk(pks) if len(pks) > 1 else {pks[0]: things.get(pk=pks[0])}
        return {pk: (instances[pk].public_id, project(instances[pk])) for pk in pks}


def _parts(projected: Projected) -> tuple[str, str, Columns]:
    return projected.head, projected.tail, projected.columns


def _fields() -> list[str]:
    return [column.name for column in Projection._meta.concrete_fields if column.name != "key"]


def _upsert(rows: list[Projection], *, update: list[str]) -> None:
    rows.sort(key=lambda row: row.key)
    Projection.objects.bulk_create(
        rows, batch_size=50, update_conflicts=True, unique_fields=["key"], update_fields=update
    )


def _key_batches(kind: str, pks: Iterable[int]) -> Iterable[list[str]]:
    keys = [f"{kind}:{pk}" for pk in sorted(pks)]
    for start in range(0, len(keys), BATCH):
        yield keys[start : start + BATCH]
