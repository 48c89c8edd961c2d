"""Keep the schema of every released version, byte for byte.

`released/<version>.graphql` is never edited. `released/SHA256SUMS` has the hash of each file, in the
format of `sha256sum`; a test repeats the hashes, so that no change goes through one file alone.
"""

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path("released")
SUMS = FOLDER / "SHA256SUMS"
VERSION = re.compile(r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)")


@dataclass(frozen=True, slots=True)
class Release:
    """Hold the schema of one released version as its text."""

    version: str
    sdl: str


def order(version: str) -> tuple[int, ...]:
    """Return what versions are ordered by.

    Raises: ValueError when it is not of the form 1.2.3.
    """
    if not VERSION.fullmatch(version):
        raise ValueError(f"{version} is no version of the form 1.2.3.")
    return tuple(int(part) for part in version.split("."))


def read_last(root: Path) -> Release | None:
    """Return the last release by the order of versions, None when there is none."""
    versions = [path.stem for path in _files(root) if VERSION.fullmatch(path.stem)]
    if not versions:
        return None
    version = max(versions, key=order)
    return Release(version, _path(root, version).read_bytes().decode("utf-8"))


def problems(root: Path) -> list[str]:
    """Return in words what is missing from the released files, or was changed or added by hand."""
    sums = read_sums(root)
    hashes = {path.name: hash_of(path.read_bytes()) for path in _files(root)}
    if not hashes:
        return [f"{FOLDER}/ holds no released schema: restore it from the history."]
    found = [f"{FOLDER}/{name} is missing: restore it." for name in sorted(sums.keys() - hashes)]
    for name, its_hash in sorted(hashes.items()):
        if name not in sums:
            found.append(f"{FOLDER}/{name} is not in {SUMS}: `--release` writes both.")
        elif its_hash != sums[name]:
            found.append(f"{FOLDER}/{name} was changed after its release: restore it.")
    return found


def read_sums(root: Path) -> dict[str, str]:
    """Return the recorded hashes by the name of the file."""
    path = root / SUMS
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return {name: its_hash for its_hash, _, name in (line.partition("  ") for line in lines)}


def write(version: str, sdl: str, *, root: Path) -> str:
    """Write the schema of a version and its hash; return the hash."""
    content = sdl.encode("utf-8")
    sums = read_sums(root) | {f"{version}.graphql": hash_of(content)}
    _path(root, version).parent.mkdir(parents=True, exist_ok=True)
    _path(root, version).write_bytes(content)
    lines = "".join(f"{its_hash}  {name}\n" for name, its_hash in sums.items())
    (root / SUMS).write_text(lines, encoding="utf-8")
    return hash_of(content)


def hash_of(content: bytes) -> str:
    """Return the SHA-256 of a file's content, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def _files(root: Path) -> list[Path]:
    return sorted((root / FOLDER).glob("*.graphql"))


def _path(root: Path, version: str) -> Path:
    return root / FOLDER / f"{version}.graphql"
