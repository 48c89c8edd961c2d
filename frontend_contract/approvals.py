"""Read the breaking changes that somebody let through in writing."""

import datetime as dt
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any


class BadApproval(Exception):
    """Say that an approval lacks something, or says it in the wrong form."""


@dataclass(frozen=True, slots=True)
class Approval:
    """Let one breaking change through.

    Shape: `change` is the change in the words of the check. An approval counts up to and including
           `expires_on`; after that day it has to be taken out of the file, used or not.
    """

    change: str
    why: str
    owner: str
    expires_on: dt.date

    def is_expired(self, *, today: dt.date) -> bool:
        """Say whether the approval no longer counts."""
        return self.expires_on < today


def read(path: Path) -> list[Approval]:
    """Return the approvals of a file, in its order.

    Raises: BadApproval naming what is missing.
    """
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise BadApproval(f"{path.name}: {error}") from error
    return [_approval(raw, number) for number, raw in enumerate(content.get("approval", []), 1)]


def _approval(raw: Mapping[str, Any], number: int) -> Approval:
    names = [field.name for field in fields(Approval)]
    missing = [name for name in names if not raw.get(name)]
    if missing:
        raise BadApproval(f"Approval {number} lacks {', '.join(missing)}.")
    unknown = sorted(set(raw) - set(names))
    if unknown:
        raise BadApproval(f"Approval {number} has no place for {', '.join(unknown)}.")
    if type(raw["expires_on"]) is not dt.date:
        raise BadApproval(f"Approval {number}: write expires_on as a date, such as 2027-01-31.")
    return Approval(**raw)
