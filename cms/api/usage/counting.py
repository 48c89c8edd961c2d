"""Count in memory who asks for which operation, until it is written down.

What is kept is bounded: so many clients, so many documents that nobody has registered. Whatever is
beyond is counted too, under one name. A document is looked into once, when it is written down.
"""

import re
import threading
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from django.conf import settings

from cms.api.once import once_for

OTHERS = "(others)"
CLIENTS_MAX = 50
UNREGISTERED_MAX = 500
CLIENT_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._/@+-]{0,63}")
# Of so many members and uses it is known which operation named which member; of others who did.
NAMED_MAX = 20_000
NAME_MAX = 100
# So many are looked up at once; whatever is beyond, or has a longer name, is judged each time.
USES_MAX = 2_000
# A document, an operation, what a client calls itself, and whether the document is registered.
Asked = tuple[str, str, str, bool]


class Use(NamedTuple):
    """Say what was asked for, and by whom."""

    document_id: str
    operation: str
    client: str


@dataclass(slots=True)
class Counted:
    """Hold what was counted since the last time.

    Shape: `uses` has the number of requests and how many of them a cache answered; `texts` the text of
           every document among them that was executed, but for those beyond the bounds; `named` how
           often a use named a member of the schema in its variables.
    """

    uses: dict[Use, list[int]] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    named: Counter[tuple[Use, str]] = field(default_factory=Counter)


class Counting:
    """Count uses; safe for many threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counted = Counted()
        self._clients: set[str] = set()
        self._unregistered: set[tuple[str, str]] = set()
        self._uses: dict[Asked, Use] = {}

    def count(
        self,
        *,
        document_id: str,
        operation: str,
        client: str,
        text: str = "",
        is_trusted: bool = False,
        is_cached: bool = False,
    ) -> None:
        """Count one answered request; `client` is what it calls itself, as it was sent."""
        if not _is_switched_on():
            return
        with self._lock:
            use = self._use(document_id, operation, client, is_trusted)
            numbers = self._counted.uses.get(use)
            if numbers is None:
                numbers = self._counted.uses[use] = [0, 0]
            numbers[0] += 1
            numbers[1] += is_cached
            if text and use.document_id not in self._counted.texts and use.document_id != OTHERS:
                self._counted.texts[document_id] = text

    def count_named(
        self,
        names: Iterable[str],
        *,
        document_id: str,
        operation: str,
        client: str,
        is_trusted: bool = False,
    ) -> None:
        """Count the members of the schema that the variables of one answered request name.

        Shape: what says who asked is the same as for `count`, which is told of the request as well.
        """
        if not _is_switched_on():
            return
        with self._lock:
            use = self._use(document_id, operation, client, is_trusted)
            counts = self._counted.named
            for name in names:
                if len(counts) >= NAMED_MAX and (use, name) not in counts:
                    use = Use(OTHERS, "", use.client)
                counts[use, name] += 1

    def take(self) -> Counted:
        """Return what was counted, and begin anew."""
        with self._lock:
            taken, self._counted = self._counted, Counted()
            return taken

    def give_back(self, counted: Counted) -> None:
        """Take back what could not be written down."""
        with self._lock:
            for use, (requests, cached) in counted.uses.items():
                numbers = self._counted.uses.setdefault(use, [0, 0])
                numbers[0] += requests
                numbers[1] += cached
            self._counted.texts = {**counted.texts, **self._counted.texts}
            self._counted.named.update(counted.named)

    def forget_names(self) -> None:
        """Let other clients and documents have a name of their own; done when a day is over."""
        with self._lock:
            self._clients.clear()
            self._unregistered.clear()
            self._uses.clear()

    def _use(self, document_id: str, operation: str, client: str, is_trusted: bool) -> Use:
        asked = document_id, operation, client, is_trusted
        found = self._uses.get(asked)
        if found is None:
            operation = operation[:NAME_MAX]
            if not is_trusted and not self._is_known((document_id, operation)):
                document_id, operation = OTHERS, ""
            found = Use(document_id, operation, self._client(client) if client else "")
            if len(self._uses) < USES_MAX and max(len(asked[1]), len(client)) <= NAME_MAX:
                self._uses[asked] = found
        return found

    def _is_known(self, asked: tuple[str, str]) -> bool:
        if asked not in self._unregistered:
            if len(self._unregistered) >= UNREGISTERED_MAX:
                return False
            self._unregistered.add(asked)
        return True

    def _client(self, name: str) -> str:
        if name in self._clients:
            return name
        if len(self._clients) >= CLIENTS_MAX or not CLIENT_NAME.fullmatch(name):
            return OTHERS
        self._clients.add(name)
        return name


@once_for("API_USAGE_DAYS")
def _is_switched_on() -> bool:
    return bool(settings.API_USAGE_DAYS)


COUNTING = Counting()
