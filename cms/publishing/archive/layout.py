"""Say what an archive looks like: a zip file with a manifest, the rows as JSON lines, and the files.

manifest.json   format, clock, counts; size and SHA-256 of every other member
items.jsonl     a published row with its facets on each line, in the order of the clock
files/…         each file of a published picture or document, under its name in the storage
"""

import hashlib
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import IO, Any

import orjson

# 1 is that of version 0.1.0; 2 has other names of public fields, and other reasons.
FORMAT = 2
MANIFEST = "manifest.json"
ITEMS = "items.jsonl"
FILES = "files/"
CHUNK_BYTES = 1 << 20
# The manifest is read whole, so it may not be of any size.
MANIFEST_MAX_BYTES = 256 << 20

# Told what is being done, how much of it is done, and how much there is.
Progress = Callable[[str, int, int], None]


class ArchiveError(Exception):
    """Say in a sentence why an archive cannot be written or taken in."""


@dataclass(frozen=True, slots=True)
class Member:
    """Hold how long a member of the archive is, and its SHA-256 in hexadecimal."""

    size_bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """Hold what an archive says of itself.

    Shape: `clock` has `value`, `epoch` and `horizon`; `counts` has `items`, `facets`, `streamFacets`
           and `files`; `missing` are files that published rows name and the storage did not have;
           `format` is that of the rows.
    """

    clock: dict[str, Any]
    counts: dict[str, int]
    members: dict[str, Member]
    missing: tuple[str, ...]
    format: int = FORMAT

    @property
    def files(self) -> list[str]:
        """Return the names of the files in the storage, in order."""
        return sorted(name.removeprefix(FILES) for name in self.members if name.startswith(FILES))

    def as_json(self) -> bytes:
        """Return the text of `manifest.json`."""
        members = {
            name: {"bytes": member.size_bytes, "sha256": member.sha256}
            for name, member in self.members.items()
        }
        value = {
            "format": self.format,
            "clock": self.clock,
            "counts": self.counts,
            "members": members,
            "missingFiles": list(self.missing),
        }
        return orjson.dumps(value, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS)


def read_manifest(archive: zipfile.ZipFile) -> Manifest:
    """Return the manifest of an archive.

    Raises: ArchiveError when there is none, when it is broken, or of a newer format.
    """
    try:
        info = archive.getinfo(MANIFEST)
    except KeyError as error:
        raise ArchiveError("This zip file is not an archive of an installation.") from error
    if info.file_size > MANIFEST_MAX_BYTES:
        raise ArchiveError(f"The archive is broken: {MANIFEST} is too long.")
    try:
        value = orjson.loads(b"".join(chunks(archive, MANIFEST)))
        if value["format"] > FORMAT:
            raise ArchiveError(
                f"The archive has format {value['format']}; this version reads up to {FORMAT}."
                " Bring the software up to date first."
            )
        return _manifest(value)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ArchiveError(f"The archive is broken: {MANIFEST} cannot be read.") from error


def _manifest(value: dict[str, Any]) -> Manifest:
    members = {
        str(name): Member(int(member["bytes"]), str(member["sha256"]))
        for name, member in value["members"].items()
    }
    clock = {name: value["clock"][name] for name in ("value", "epoch", "horizon")}
    names = ("items", "facets", "streamFacets", "files")
    counts = {name: int(value["counts"][name]) for name in names}
    missing = tuple(value["missingFiles"])
    return Manifest(clock, counts, members, missing, format=int(value["format"]))


def chunks(archive: zipfile.ZipFile, name: str) -> Iterator[bytes]:
    """Yield the content of a member.

    Raises: ArchiveError when it is missing or damaged.
    """
    try:
        with archive.open(name) as member:
            yield from read(member)
    except KeyError as error:
        raise ArchiveError(f"The archive is broken: {name} is missing.") from error
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError) as error:
        raise ArchiveError(f"The archive is broken: {name} is damaged.") from error


def read(source: IO[bytes]) -> Iterator[bytes]:
    """Yield what a binary file holds, a piece at a time."""
    while chunk := source.read(CHUNK_BYTES):
        yield chunk


def verify(archive: zipfile.ZipFile, manifest: Manifest, *, progress: Progress) -> None:
    """Compare every member with what the manifest says of it.

    Raises: ArchiveError naming the first member that is missing, damaged, another, or one too many.
    """
    there = set(archive.namelist()) - {MANIFEST}
    if extra := sorted(there - manifest.members.keys()):
        raise ArchiveError(f"The archive is broken: {extra[0]} is not in its manifest.")
    for number, (name, member) in enumerate(sorted(manifest.members.items()), start=1):
        size, digest = 0, hashlib.sha256()
        for chunk in chunks(archive, name):
            size += len(chunk)
            digest.update(chunk)
        if Member(size, digest.hexdigest()) != member:
            raise ArchiveError(f"The archive is broken: {name} is not what its manifest says.")
        progress("checked", number, len(manifest.members))
    if ITEMS not in manifest.members or len(manifest.files) != manifest.counts["files"]:
        raise ArchiveError("The archive is broken: its manifest does not agree with itself.")
