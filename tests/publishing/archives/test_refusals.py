"""What is no archive, not whole, newer, or not for this database is refused in a sentence."""

import hashlib
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest
from django.core.files.storage import default_storage
from django.core.management import CommandError

from cms.publishing.archive import reading
from cms.publishing.clock import read_clock
from cms.publishing.models import Facet, PublishedItem, StreamFacet
from tests.factories import make_term
from tests.publishing.archives.conftest import contents, run

Change = Callable[[dict[str, bytes]], object]


def refused(archive: Path, *, why: str) -> None:
    """Fail unless an import is refused with these words and leaves everything as it was."""
    before = contents()

    with pytest.raises(CommandError) as refusal:
        run("import", str(archive))

    assert str(refusal.value) == why
    assert contents() == before


def rewritten(archive: Path, change: Change, *, sealed: bool = False) -> Path:
    """Return a copy of an archive with other members; `sealed` makes the manifest agree again."""
    with zipfile.ZipFile(archive) as source:
        members = {name: source.read(name) for name in source.namelist()}
    change(members)
    if sealed:
        manifest = orjson.loads(members["manifest.json"])
        manifest["members"] = {
            name: {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
            for name, content in members.items()
            if name != "manifest.json"
        }
        members["manifest.json"] = orjson.dumps(manifest)
    path = archive.with_name("rewritten.zip")
    with zipfile.ZipFile(path, "w") as target:
        for name, content in members.items():
            target.writestr(name, content)
    return path


def manifest_with(**values: Any) -> Change:
    def change(members: dict[str, bytes]) -> None:
        found = orjson.loads(members["manifest.json"])
        members["manifest.json"] = orjson.dumps(found | values)

    return change


def test_a_database_with_published_content_is_refused(archive: Path, media: Path) -> None:
    make_term()

    refused(archive, why=reading.NOT_EMPTY)


def test_a_file_that_is_no_archive_is_refused(archive: Path, media: Path, tmp_path: Path) -> None:
    text, other = tmp_path / "text", tmp_path / "other.zip"
    text.write_text("<html>not found</html>")
    with zipfile.ZipFile(other, "w") as pictures:
        pictures.writestr("holiday.jpg", b"x")

    refused(text, why=f"{text} cannot be read as an archive: File is not a zip file.")
    refused(other, why="This zip file is not an archive of an installation.")
    refused(
        tmp_path / "absent",
        why=f"{tmp_path}/absent cannot be read as an archive:"
        f" [Errno 2] No such file or directory: '{tmp_path}/absent'.",
    )


@pytest.mark.parametrize("part", [0.1, 0.5, 0.99])
def test_a_truncated_archive_is_refused(archive: Path, media: Path, part: float) -> None:
    whole = archive.read_bytes()
    archive.write_bytes(whole[: int(len(whole) * part)])

    refused(
        archive,
        why=f"{archive} cannot be read as an archive: File is not a zip file.",
    )


def test_a_damaged_byte_is_refused(archive: Path, media: Path) -> None:
    with zipfile.ZipFile(archive) as whole:
        rows = whole.getinfo("items.jsonl")
    damaged = bytearray(archive.read_bytes())
    damaged[rows.header_offset + 200] ^= 0xFF
    archive.write_bytes(damaged)

    refused(archive, why="The archive is broken: items.jsonl is damaged.")


def test_a_newer_format_is_refused(archive: Path, media: Path) -> None:
    newer = rewritten(archive, manifest_with(format=3))

    refused(
        newer,
        why="The archive has format 3; this version reads up to 2."
        " Bring the software up to date first.",
    )


def test_an_unreadable_manifest_is_refused(archive: Path, media: Path) -> None:
    why = "The archive is broken: manifest.json cannot be read."

    bad: tuple[dict[str, Any], ...] = (
        {"format": "1"},
        {"clock": {}},
        {"members": 1},
        {"counts": 0},
    )
    for values in bad:
        refused(rewritten(archive, manifest_with(**values)), why=why)


def test_members_that_the_manifest_does_not_know_or_misses_are_refused(
    archive: Path, media: Path
) -> None:
    def add(members: dict[str, bytes]) -> None:
        members["files/more.pdf"] = b"more"

    def take(members: dict[str, bytes]) -> None:
        del members["items.jsonl"]

    def swap(members: dict[str, bytes]) -> None:
        members["items.jsonl"] += b" "

    for change, why in (
        (add, "files/more.pdf is not in its manifest"),
        (take, "items.jsonl is missing"),
        (swap, "items.jsonl is not what its manifest says"),
    ):
        refused(rewritten(archive, change), why=f"The archive is broken: {why}.")


def test_rows_that_are_none_are_refused_and_nothing_stays(archive: Path, media: Path) -> None:
    def replace(last: bytes) -> Change:
        def change(members: dict[str, bytes]) -> None:
            lines = members["items.jsonl"].splitlines(keepends=True)
            members["items.jsonl"] = b"".join(lines[:-1]) + last

        return change

    with zipfile.ZipFile(archive) as whole:
        count = len(whole.read("items.jsonl").splitlines())
    unknown = b'{"row": {"password": "x"}, "facets": [], "streamFacets": []}\n'
    no_number = b'{"row": {"key": "page:1"}, "facets": [], "streamFacets": []}\n'
    broken = f"The archive is broken: line {count} of items.jsonl."

    for last, why in (
        (b"{]\n", broken),
        (b"[]\n", broken),
        (unknown, broken),
        (no_number, broken),
        (b"", "The archive is broken: it holds other rows than its manifest says."),
        (b"{}", "The archive is broken: items.jsonl ends within a line."),
    ):
        refused(rewritten(archive, replace(last), sealed=True), why=why)
        assert [path for path in media.rglob("*") if path.is_file()] == []


def test_a_file_that_would_leave_the_storage_is_refused(archive: Path, media: Path) -> None:
    def escape(members: dict[str, bytes]) -> None:
        name = min(name for name in members if name.startswith("files/"))
        members["files/../../escaped.txt"] = members.pop(name)

    harmful = rewritten(archive, escape, sealed=True)

    refused(harmful, why="The archive is broken: '../../escaped.txt' is no name for a file.")
    assert not (media.parent.parent / "escaped.txt").exists()


def test_somebody_elses_file_is_never_replaced(archive: Path, media: Path) -> None:
    with zipfile.ZipFile(archive) as whole:
        name = max(n for n in whole.namelist() if n.startswith("files/"))
        stored, content = name.removeprefix("files/"), whole.read(name)

    for other in (b"another file", content + b" and more"):
        (media / stored).parent.mkdir(parents=True, exist_ok=True)
        (media / stored).write_bytes(other)

        refused(archive, why=f"The storage has another file called {stored}.")
        assert (media / stored).read_bytes() == other
        assert [p for p in media.rglob("*") if p.is_file()] == [media / stored]


def test_an_interrupted_import_leaves_nothing(archive: Path, media: Path) -> None:
    def interrupt_at(wanted: str) -> Callable[[str, int, int], None]:
        def progress(what: str, done: int, of: int) -> None:
            if (what, done) == (wanted, min(4, of)):
                raise KeyboardInterrupt

        return progress

    for moment in ("checked", "files", "rows"):
        with pytest.raises(KeyboardInterrupt):
            reading.import_from(archive, is_new_epoch=False, progress=interrupt_at(moment))
        counts = [model.objects.count() for model in (PublishedItem, Facet, StreamFacet)]
        assert counts == [0, 0, 0]
        assert read_clock().value == 0
        assert [path for path in media.rglob("*") if path.is_file()] == []


def test_half_a_file_left_by_a_kill_is_completed(archive: Path, media: Path) -> None:
    with zipfile.ZipFile(archive) as whole:
        names = sorted(n for n in whole.namelist() if n.startswith("files/"))
        contents_of = {n.removeprefix("files/"): whole.read(n) for n in names}
    (half, cut), (complete, uncut), *_ = contents_of.items()

    for name, content in ((half, cut[:7]), (complete, uncut)):
        (media / name).parent.mkdir(parents=True, exist_ok=True)
        (media / name).write_bytes(content)

    run("import", str(archive))

    for name, content in contents_of.items():
        with default_storage.open(name, "rb") as there:
            assert there.read() == content
