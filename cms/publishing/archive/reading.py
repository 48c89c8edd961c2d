"""Take an archive into an empty installation: all of it, or nothing."""

import uuid
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import orjson
from django.core.exceptions import SuspiciousFileOperation, ValidationError
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import connection

from cms.publishing.archive.former import read_row
from cms.publishing.archive.layout import (
    FILES,
    FORMAT,
    ITEMS,
    ArchiveError,
    Manifest,
    Progress,
    chunks,
    read_manifest,
    verify,
)
from cms.publishing.clock import CLOCK, read_clock
from cms.publishing.mentions import mentioned, remember
from cms.publishing.models import ContentClock, Facet, Projection, PublishedItem, StreamFacet
from cms.publishing.reconcile import lock
from cms.publishing.rows import UNDATED
from cms.publishing.turns import own_transaction

BATCH = 400
LONGEST_LINE_BYTES = 64 << 20
NOT_EMPTY = (
    "This database has published content already. Import into a new one:"
    " migrate it, and import before anything else runs."
)


def import_from(path: Path, *, is_new_epoch: bool, progress: Progress) -> Manifest:
    """Take in an archive; the installation is a copy from then on, which reconciling refuses.

    Shape: the rows come in one transaction, after the files; when it fails, the files go again.
           `is_new_epoch` makes all cursors so far invalid, for an archive that is older than what
           portals have read. An archive of a former format does so in any case.
    Raises: ArchiveError in a sentence, with nothing changed.
    """
    try:
        archive = zipfile.ZipFile(path)
    except (OSError, zipfile.BadZipFile) as error:
        raise ArchiveError(f"{path} cannot be read as an archive: {error}.") from error
    with archive:
        manifest = read_manifest(archive)
        verify(archive, manifest, progress=progress)
        _refuse_unless_empty()
        with _files(archive, manifest, progress=progress), own_transaction():
            lock()
            _refuse_unless_empty()
            _fill(archive, manifest, progress=progress)
            _set_clock(manifest, is_new_epoch=is_new_epoch or manifest.format < FORMAT)
        _count_rows()
    return manifest


def _count_rows() -> None:
    """Let PostgreSQL count now what it would count within a minute.

    Until then it takes the tables for empty ones, and searches of a few hundred pages take seconds.
    """
    if connection.vendor == "postgresql":
        tables = (model._meta.db_table for model in (PublishedItem, Facet, StreamFacet))
        with connection.cursor() as cursor:
            cursor.execute(f"ANALYZE {', '.join(tables)}")


def _refuse_unless_empty() -> None:
    models: tuple[Any, ...] = (PublishedItem, Facet, StreamFacet, Projection)
    if read_clock().value or any(model.objects.exists() for model in models):
        raise ArchiveError(NOT_EMPTY)


# Files


@contextmanager
def _files(archive: zipfile.ZipFile, manifest: Manifest, *, progress: Progress) -> Iterator[None]:
    """Store the files, and remove what was stored when what follows fails."""
    stored: list[str] = []
    try:
        names = manifest.files
        for number, name in enumerate(names, start=1):
            if not _is_there(archive, name):
                stored.append(name)
                _store(archive, name)
            progress("files", number, len(names))
        yield
    except BaseException:
        for name in stored:
            default_storage.delete(name)
        raise


def _is_there(archive: zipfile.ZipFile, name: str) -> bool:
    """Say whether the storage has a file already; the beginning of it is what a kill left behind.

    Raises: ArchiveError when another file has the name.
    """
    try:
        if not default_storage.exists(name):
            return False
        with default_storage.open(name, "rb") as there:
            for chunk in chunks(archive, FILES + name):
                found = there.read(len(chunk))
                if not chunk.startswith(found):
                    raise ArchiveError(f"The storage has another file called {name}.")
                if len(found) < len(chunk):
                    break
            else:
                if not there.read(1):
                    return True
                raise ArchiveError(f"The storage has another file called {name}.")
    except SuspiciousFileOperation as error:
        raise ArchiveError(f"The archive is broken: {name!r} is no name for a file.") from error
    default_storage.delete(name)
    return False


def _store(archive: zipfile.ZipFile, name: str) -> None:
    with archive.open(FILES + name) as content:
        try:
            given = default_storage.save(name, File(content, name=name))
        except (OSError, SuspiciousFileOperation) as error:
            raise ArchiveError(f"{name} cannot be stored: {error}.") from error
    if given != name:
        default_storage.delete(given)
        raise ArchiveError(f"The storage does not keep the name {name}.")


# Rows


def _fill(archive: zipfile.ZipFile, manifest: Manifest, *, progress: Progress) -> None:
    found = {"items": 0, "facets": 0, "streamFacets": 0, "files": manifest.counts["files"]}
    items: list[PublishedItem] = []
    facets: list[Facet] = []
    former: list[StreamFacet] = []

    def flush() -> None:
        # What points at what is not in the archive: the documents say it.
        visible = [row for row in items if row.visible]
        pointing = mentioned({row.key: (row.head, row.tail) for row in visible})
        for row in visible:
            pointing[row.key].update([row.alias_of] if row.alias_of else [])
        remember(pointing)
        PublishedItem.objects.bulk_create(items)
        Facet.objects.bulk_create(facets, batch_size=BATCH)
        StreamFacet.objects.bulk_create(former, batch_size=BATCH)
        for name, rows in (("items", items), ("facets", facets), ("streamFacets", former)):
            found[name] += len(rows)
            rows.clear()
        progress("rows", found["items"], manifest.counts["items"])

    for number, line in enumerate(_lines(archive), start=1):
        try:
            item, mine, once = _read_line(line, format_of=manifest.format)
        except (KeyError, TypeError, ValueError, ValidationError) as error:
            raise ArchiveError(f"The archive is broken: line {number} of {ITEMS}.") from error
        items.append(item)
        facets += mine
        former += once
        if len(items) == BATCH:
            flush()
    flush()
    if found != manifest.counts:
        raise ArchiveError("The archive is broken: it holds other rows than its manifest says.")


def _lines(archive: zipfile.ZipFile) -> Iterator[bytes]:
    rest = b""
    for chunk in chunks(archive, ITEMS):
        *whole, rest = (rest + chunk).split(b"\n")
        yield from whole
        if len(rest) > LONGEST_LINE_BYTES:
            raise ArchiveError(f"The archive is broken: a line of {ITEMS} is too long.")
    if rest:
        raise ArchiveError(f"The archive is broken: {ITEMS} ends within a line.")


_BY_NAME = {field.name: field for field in PublishedItem._meta.concrete_fields}


def _read_line(
    line: bytes, *, format_of: int
) -> tuple[PublishedItem, list[Facet], list[StreamFacet]]:
    value = orjson.loads(line)
    given_row = value["row"] if format_of == FORMAT else read_row(value["row"])
    row = {name: _BY_NAME[name].to_python(given) for name, given in given_row.items()}
    item = PublishedItem(**row)
    if not item.key or not item.public_id or item.seq is None:
        raise ValueError(line[:80])
    place = {"type": item.type, "site": item.site, "locale": item.locale}
    sort_at = item.sort_at or UNDATED
    facets = [
        Facet(key=item.key, facet=facet, value=given, sort_at=sort_at, **place)
        for facet, given in value["facets"]
    ]
    former = [
        StreamFacet(public_id=item.public_id, facet=facet, value=given)
        for facet, given in value["streamFacets"]
    ]
    return item, facets, former


def _set_clock(manifest: Manifest, *, is_new_epoch: bool) -> None:
    clock = manifest.clock
    try:
        epoch = uuid.uuid4() if is_new_epoch else uuid.UUID(clock["epoch"])
        value, horizon = int(clock["value"]), int(clock["horizon"])
    except (TypeError, ValueError, AttributeError) as error:
        raise ArchiveError("The archive is broken: its clock cannot be read.") from error
    ContentClock.objects.filter(pk=CLOCK).update(
        value=value, epoch=epoch, horizon=horizon, is_copy=True
    )
