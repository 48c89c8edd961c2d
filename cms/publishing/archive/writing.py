"""Write an archive of everything published, as it was at one instant."""

import hashlib
import os
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import orjson
from django.core.files.storage import default_storage
from django.db import connection, transaction

from cms.publishing.archive.layout import (
    FILES,
    ITEMS,
    MANIFEST,
    ArchiveError,
    Manifest,
    Member,
    Progress,
    read,
)
from cms.publishing.clock import read_clock
from cms.publishing.files import public_files
from cms.publishing.models import Facet, PublishedItem, StreamFacet
from cms.publishing.reading.items import COLUMNS, Item

BATCH = 400
# The first day that a zip file can name: the same content gives the same bytes on any day.
NO_DAY = (1980, 1, 1, 0, 0, 0)


def export_to(path: Path, *, progress: Progress) -> Manifest:
    """Write everything published into a new file, which takes the place of an older one at the end.

    Shape: the same content gives the same bytes. Rows and clock are of one instant.
    Raises: ArchiveError when the file cannot be written.
    """
    try:
        with _written_beside(path) as target, _snapshot():
            return _Writer(target, progress=progress).write()
    except OSError as error:
        raise ArchiveError(f"{path} cannot be written: {error.strerror or error}.") from error


@contextmanager
def _written_beside(path: Path) -> Iterator[zipfile.ZipFile]:
    """Give an archive that gets its name when it is complete, and goes when it will not be."""
    number, name = tempfile.mkstemp(dir=path.parent, prefix=f"{path.name}.", suffix=".part")
    try:
        with os.fdopen(number, "w+b") as file:
            with zipfile.ZipFile(file, "w") as archive:
                yield archive
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    finally:
        with suppress(FileNotFoundError):
            Path(name).unlink()


@contextmanager
def _snapshot() -> Iterator[None]:
    """Let all that is read be of one instant, without keeping anybody from publishing."""
    if connection.in_atomic_block:
        yield
    elif connection.vendor == "postgresql":
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield
    else:
        # Django would begin a writer's transaction; a reader's does not wait for anybody.
        with connection.cursor() as cursor:
            cursor.execute("BEGIN DEFERRED")
            try:
                yield
            finally:
                cursor.execute("ROLLBACK")


class _Writer:
    """Fill one archive, member by member."""

    def __init__(self, archive: zipfile.ZipFile, *, progress: Progress) -> None:
        self.archive = archive
        self.progress = progress
        self.members: dict[str, Member] = {}
        self.missing: list[str] = []
        self.counts = {"items": 0, "facets": 0, "streamFacets": 0, "files": 0}

    def write(self) -> Manifest:
        """Write all members, the manifest last."""
        clock = read_clock()
        self._member(ITEMS, self._lines(), method=zipfile.ZIP_DEFLATED)
        self._files()
        known = {"value": clock.value, "epoch": str(clock.epoch), "horizon": clock.horizon}
        manifest = Manifest(known, self.counts, self.members, tuple(self.missing))
        self._member(MANIFEST, [manifest.as_json()], method=zipfile.ZIP_DEFLATED)
        return manifest

    def _member(self, name: str, content: Iterable[bytes], *, method: int) -> None:
        info = zipfile.ZipInfo(name, date_time=NO_DAY)
        info.compress_type, info.create_system, info.external_attr = method, 3, 0o644 << 16
        size, digest = 0, hashlib.sha256()
        with self.archive.open(info, "w", force_zip64=True) as target:
            for chunk in content:
                target.write(chunk)
                size += len(chunk)
                digest.update(chunk)
        self.members[name] = Member(size, digest.hexdigest())

    def _lines(self) -> Iterator[bytes]:
        total = PublishedItem.objects.count()
        rows: Any = PublishedItem.objects.order_by("seq").values().iterator(chunk_size=BATCH)
        for batch in _batches(rows):
            facets = _values(Facet, "key", [row["key"] for row in batch])
            former = _values(StreamFacet, "public_id", [row["public_id"] for row in batch])
            for row in batch:
                mine, once = facets.get(row["key"], []), former.get(row["public_id"], [])
                self.counts["items"] += 1
                self.counts["facets"] += len(mine)
                self.counts["streamFacets"] += len(once)
                line = {"row": row, "facets": mine, "streamFacets": once}
                yield orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE)
            self.progress("rows", self.counts["items"], total)

    def _files(self) -> None:
        names = sorted(_file_names())
        for number, name in enumerate(names, start=1):
            try:
                file = default_storage.open(name, "rb")
            except OSError:
                # A lost file is lost at the source too; the rest is worth keeping.
                self.missing.append(name)
            else:
                with file:
                    self._member(FILES + name, read(file), method=zipfile.ZIP_STORED)
                self.counts["files"] += 1
            self.progress("files", number, len(names))


def _values(model: Any, column: str, keys: list[str]) -> dict[str, list[list[str]]]:
    """Return the facets and values of things, sorted alike by every database."""
    found: dict[str, list[list[str]]] = {}
    rows = model.objects.filter(**{f"{column}__in": keys}).values_list(column, "facet", "value")
    for key, facet, value in sorted(rows):
        found.setdefault(key, []).append([facet, value])
    return found


def _file_names() -> set[str]:
    """Return the names in the storage of all files that published rows name."""
    rows = PublishedItem.objects.filter(visible=True, kind__in=("image", "document"))
    found: set[str] = set()
    for *row, tail in rows.order_by("seq").values_list(*COLUMNS, "tail").iterator(chunk_size=BATCH):
        found.update(file.stored for file in public_files(Item(tuple(row), tail=tail)))
    return found


def _batches(rows: Iterable[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    batch: list[dict[str, Any]] = []
    for row in rows:
        batch.append(row)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch
