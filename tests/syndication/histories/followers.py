"""Let mirrors follow a history page by page, and hold each to what it may know."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from cms.publishing.models import PublishedItem
from cms.syndication.stream import KINDS
from tests.publishing.published import number_changes_now
from tests.syndication.mirror import Mirror

SMALL_PAGE = 4
# All that a tombstone may say.
TOMBSTONE = {"id", "version", "type", "kind", "reason", "changedAt", "url", "locale"}
TOMBSTONE |= {"replacement", "item"}


@dataclass
class Stranger:
    """Remember what was ever public and free to take over, since nobody may hear of anything else."""

    ever: set[str] = field(default_factory=set)

    def look(self, now: dt.datetime) -> None:
        """Note what may be seen and taken over at this moment."""
        rows = PublishedItem.objects.filter(visible=True, is_syndicated=True, kind__in=KINDS)
        for public_id, until in rows.values_list("public_id", "valid_until"):
            if until is None or until > now:
                self.ever.add(public_id)


class Follower(Mirror):
    """Be a mirror that remembers in which order things came, and refuses what it must not get."""

    def __init__(self, **parameters: Any) -> None:
        super().__init__(first=SMALL_PAGE, **parameters)
        self.versions: dict[str, int] = {}
        self.arrived: dict[str, int] = {}
        self.asked = 0

    def read(self, stranger: Stranger) -> bool:
        """Take one page over; say whether more is waiting."""
        page = self.ask()
        for node in page["items"]:
            self.asked += 1
            public_id = node["id"]
            assert node["version"] >= self.versions.get(public_id, 0), "an older state came later"
            self.versions[public_id], self.arrived[public_id] = node["version"], self.asked
            if node["kind"] == "WITHDRAWN":
                assert public_id in stranger.ever, f"a tombstone of what was never public: {node}"
                assert node.keys() == TOMBSTONE, node
                assert node["item"] is None
            else:
                assert node["reason"] is None, node
        more: bool = page["hasMore"]
        return more

    def follow(self, stranger: Stranger) -> "Follower":
        """Read until nothing is waiting."""
        while self.read(stranger):
            pass
        return self


def reasons_now(ids: set[str]) -> dict[str, str]:
    """Return why each thing may not be had, by its row, or by its stream when it is public."""
    number_changes_now()
    rows = PublishedItem.objects.filter(public_id__in=ids)
    return {row.public_id: _reason(row) for row in rows}


def _reason(row: PublishedItem) -> str:
    if row.visible:
        return "LEFT_FILTER" if row.is_syndicated else "NOT_SYNDICATED"
    return row.reason
