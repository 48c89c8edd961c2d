"""Make the documents of redirects and sites, which are too small to be kept as projections."""

import hashlib
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

import orjson
from wagtail.contrib.redirects.models import Redirect

from cms.publishing import kinds
from cms.publishing.models import PublishedItem
from cms.publishing.projections import BATCH, Result, Texts
from cms.publishing.protocols import Columns, Placement, Reference
from cms.publishing.surroundings import Surroundings


class SmallDocuments:
    """Give the documents of redirects or sites, made from their rows each time."""

    def __init__(self, kind: str, *, around: Surroundings) -> None:
        self.kind = kind
        self.around = around
        self.failures: dict[str, str] = {}
        self._texts: dict[int, Texts] = {}

    def load(self, pks: Collection[int] | None) -> None:
        """Do nothing: nothing is stored."""

    def results(
        self, shown: Mapping[int, Placement], *, strict: Collection[int]
    ) -> dict[int, Result]:
        """Return what the rows of visible things are compared by."""
        self._texts = self._sites() if self.kind == kinds.SITE else _redirects(list(shown))
        return {
            pk: Result(f"{self.kind}-{pk}", _digest(self._texts[pk]), ())
            for pk in shown
            if pk in self._texts
        }

    def texts(self, pks: Collection[int]) -> dict[int, Texts]:
        """Return the documents."""
        return {pk: self._texts[pk] for pk in pks}

    def former(self, pks: Collection[int]) -> dict[int, tuple[Result, Texts]]:
        """Return the documents in the rows, which other code may have written."""
        found: dict[int, tuple[Result, Texts]] = {}
        keys = [f"{self.kind}:{pk}" for pk in pks]
        for start in range(0, len(keys), BATCH):
            rows = PublishedItem.objects.filter(key__in=keys[start : start + BATCH]).order_by()
            for key, public_id, head, title in rows.values_list(
                "key", "public_id", "head", "title"
            ):
                texts = Texts(head, "", Columns(title=title))
                found[kinds.split_key(key)[1]] = (Result(public_id, _digest(texts), ()), texts)
        return found

    def write(self, boundaries: Mapping[int, datetime | None]) -> None:
        """Do nothing: neither redirects nor sites change with time."""

    def excuse(self, hidden: Iterable[int]) -> None:
        """Do nothing: what is so small does not fail."""

    def forget(self, exists: Collection[int]) -> None:
        """Do nothing: nothing is stored."""

    def _sites(self) -> dict[int, Texts]:
        return {site.pk: _texts(site.document(), title=site.key) for site in self.around.sites}


def _digest(texts: Texts) -> str:
    text = f"{texts.head}\0{texts.columns.title}"
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def _texts(document: dict[str, Any], *, title: str = "") -> Texts:
    return Texts(orjson.dumps(document).decode(), "", Columns(title=title))


def _redirects(pks: list[int]) -> dict[int, Texts]:
    found: dict[int, Texts] = {}
    for start in range(0, len(pks), BATCH):
        rows = list(Redirect.objects.filter(pk__in=pks[start : start + BATCH]).order_by())
        moved = [row.redirect_page_id for row in rows if row.automatically_created]
        keys = [Reference(kinds.PAGE, page).key for page in moved if page]
        once_public = set(PublishedItem.objects.filter(key__in=keys).values_list("key", flat=True))
        for row in rows:
            page = row.redirect_page_id
            target = Reference(kinds.PAGE, page).key if page else None
            document = {
                "target": target,
                "address": row.redirect_link,
                "isPermanent": row.is_permanent,
            }
            if target in once_public:
                # A page stood at this address: where it is hidden now, the address is gone.
                document["wasPublic"] = True
            found[row.pk] = _texts(document)
    return found
