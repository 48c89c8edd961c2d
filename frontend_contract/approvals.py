"""Read the breaking changes that somebody let through in writing."""

import datetime as dt
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, TypeVar

LONGEST = dt.timedelta(days=400)


class BadApproval(Exception):
    """Say that an approval lacks something, or says it in the wrong form."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """Hold what every approval says.

    Shape: it counts from `approved_on` up to and including `expires_on`, 400 days at most; after that
           day it has to be taken out of the file, used or not.
    """

    why: str
    owner: str
    approved_on: dt.date
    expires_on: dt.date

    @property
    def subject(self) -> str:
        """Return what is approved, in words."""
        raise NotImplementedError

    @property
    def signature(self) -> str:
        """Return who approved it and for how long, in a sentence."""
        return f"Approved by {self.owner} until {self.expires_on}."

    def problem(self, *, today: dt.date) -> str:
        """Return in words why the approval does not count today, empty when it counts."""
        if self.expires_on < today:
            return f"The approval of {self.subject} ended on {self.expires_on}: take it out."
        if self.approved_on > today:
            return f"The approval of {self.subject} begins only on {self.approved_on}."
        return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeApproval(Approval):
    """Let one breaking change through; `change` is the change in the words of the check."""

    change: str

    @property
    def subject(self) -> str:
        """Return the change in quotation marks."""
        return f"“{self.change}”"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseApproval(Approval):
    """Let every breaking change of the version `release` through while it is not released.

    Shape: `previous_release` is the last released version, from which `release` follows.
    """

    release: str
    previous_release: str

    @property
    def subject(self) -> str:
        """Return the version in words."""
        return f"version {self.release}"


Kind = TypeVar("Kind", bound=Approval)


@dataclass(frozen=True, slots=True)
class Approvals:
    """Hold the approvals of a file, each kind in its order."""

    changes: list[ChangeApproval] = field(default_factory=list)
    releases: list[ReleaseApproval] = field(default_factory=list)


def read(path: Path) -> Approvals:
    """Return the approvals of a file.

    Raises: BadApproval naming what is missing, unknown or in the wrong form.
    """
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        content = {}
    except tomllib.TOMLDecodeError as error:
        raise BadApproval(f"{path.name}: {error}") from error
    unknown = sorted(content.keys() - {"approval"})
    if unknown:
        raise BadApproval(f"{path.name} has no place for {', '.join(unknown)}.")
    approvals = Approvals()
    for number, raw in enumerate(content.get("approval", []), 1):
        if "release" in raw:
            approvals.releases.append(_read(ReleaseApproval, raw, f"Approval {number}"))
        else:
            approvals.changes.append(_read(ChangeApproval, raw, f"Approval {number}"))
    return approvals


def _read(kind: type[Kind], raw: Mapping[str, Any], name: str) -> Kind:
    names = [entry.name for entry in fields(kind)]
    missing = [key for key in names if not raw.get(key)]
    if missing:
        raise BadApproval(f"{name} lacks {', '.join(missing)}.")
    unknown = sorted(raw.keys() - set(names))
    if unknown:
        raise BadApproval(f"{name} has no place for {', '.join(unknown)}.")
    for key in names:
        if key.endswith("_on") and type(raw[key]) is not dt.date:
            raise BadApproval(f"{name}: write {key} as a date, such as 2027-01-31.")
        if not key.endswith("_on") and not isinstance(raw[key], str):
            raise BadApproval(f"{name}: write {key} as text.")
    approval = kind(**raw)
    if not approval.approved_on <= approval.expires_on <= approval.approved_on + LONGEST:
        raise BadApproval(
            f"{name}: expires_on is at most {LONGEST.days} days after approved_on, and not before."
        )
    return approval
