"""Describe one variable of the environment; the tables are made of these."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any


class Absent(Enum):
    """Mark a variable that has no default in production."""

    REQUIRED = "required"


REQUIRED = Absent.REQUIRED
Value = str | int | bool | Path | tuple[str, ...]
Refusal = Callable[[Any], str | None]


@dataclass(frozen=True, slots=True)
class Variable:
    """Describe one variable of the environment.

    Shape: ``development`` is the default everywhere but in production; ``production`` is the
        default there, or ``REQUIRED``; ``refuse`` returns why a value is unsafe in production.
    """

    name: str
    kind: type[str] | type[int] | type[bool] | type[Path] | type[tuple[str, ...]]
    development: Value
    production: Value | Absent
    meaning: str
    refuse: Refusal | None = None
