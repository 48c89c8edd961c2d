"""Read the files of the demo content."""

import tomllib
import uuid
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent / "data"
_NAMESPACE = uuid.UUID("0b6a4c1e-5b0c-4a43-9d5e-7c2f64a1f0d2")

Table = dict[str, Any]


def read(name: str) -> Table:
    """Return one file, named without its ending, such as `pages/projects/give`."""
    return tomllib.loads((DATA / f"{name}.toml").read_text(encoding="utf-8"))


def names_in(folder: str) -> list[str]:
    """Return the names of the files in a folder, such as `pages/projects/give`, by name."""
    return [f"{folder}/{path.stem}" for path in sorted((DATA / folder).glob("*.toml"))]


def identity(key: str) -> uuid.UUID:
    """Return the lasting id of a thing of the demo, the same in every installation."""
    return uuid.uuid5(_NAMESPACE, key)
