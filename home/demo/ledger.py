"""Remember what was loaded, so that nothing is loaded twice in the life of an installation.

The memory is Wagtail's own audit log: every thing has one entry with the name of its data. An entry
outlives its thing, so what an editor changed stays changed, and what an editor deleted stays deleted.
"""

from typing import Any

from wagtail.log_actions import log
from wagtail.models import ModelLogEntry, PageLogEntry

_ACTION, _NAME = "wagtail.create", "demo"


class Ledger:
    """Know what was loaded earlier, and count what is loaded now."""

    def __init__(self) -> None:
        self._loaded: set[str] = set()
        self.count = 0
        for entries in (ModelLogEntry.objects, PageLogEntry.objects):
            written = entries.filter(action=_ACTION, data__has_key=_NAME)
            self._loaded.update(data[_NAME] for data in written.values_list("data", flat=True))

    def has(self, key: str) -> bool:
        """Tell whether a thing was loaded, now or in an earlier run."""
        return key in self._loaded

    def write(self, key: str, thing: Any) -> None:
        """Note that a thing was loaded; its history in the admin says so too."""
        log(thing, _ACTION, data={_NAME: key})
        self._loaded.add(key)
        self.count += 1
