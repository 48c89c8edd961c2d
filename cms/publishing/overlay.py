"""Lay the draft of one page over the published rows, for the length of one operation.

    context = ReadContext(overlay=overlay_of(revision.as_object()))

The draft is projected exactly as publishing it would; what it points at is still read from published
rows, so a preview shows nothing hidden but the one page that it is a preview of, and the pictures and
documents that would become public with it. Their files are not served before that. Nothing is written.
"""

from collections.abc import Iterator
from typing import Any

from django.utils import timezone

from cms.publishing import kinds
from cms.publishing.mentions import files_in, mentioned
from cms.publishing.page_placements import find_site
from cms.publishing.projection import Projected, project
from cms.publishing.protocols import WithdrawalReason, public_id
from cms.publishing.reading.items import Item
from cms.publishing.sites import load_sites
from cms.publishing.visibility import placements

# The row of a page that was never saved; no row has it.
UNSAVED = 0


class OutsideSites(Exception):
    """Say that a page stands below no site, so that readers could not reach it."""


def overlay_of(page: Any) -> dict[str, Item]:
    """Return the items of a draft by their keys, as `ReadContext` takes them.

    Shape: the page first, its long half included, then the files that only it refers to. `page` is a
           revision's object or a page that was never saved; such a page needs the tree path and the
           address it would get.
    Raises: OutsideSites. ProjectionFailed naming the field that cannot be published.
    """
    home = find_site(page.path or "", load_sites())
    if home is None:
        raise OutsideSites(str(page))
    site, root = home
    locale = page.locale.language_code
    projected = project(page)
    place = (
        site.key,
        locale,
        site.path_of(url_path=page.url_path, root=root, locale=locale),
        str(page.translation_key),
    )
    identity = (
        f"{kinds.PAGE}:{page.pk or UNSAVED}",
        kinds.PAGE,
        type(page).__name__,
        public_id(kinds.PAGE, page.translation_key, locale=locale),
    )
    items = [_item(identity, place, projected), *_files_of(projected)]
    return {item.key: item for item in items}


def _files_of(projected: Projected) -> Iterator[Item]:
    """Yield the pictures and documents of a draft that would become public with it."""
    ((_owner, targets),) = mentioned({"": (projected.head, projected.tail)}).items()
    for kind in kinds.FILES:
        keys = map(kinds.split_key, files_in(targets))
        pks = {pk for named, pk in keys if named == kind}
        placed = placements(kind, pks=pks, now=timezone.now()) if pks else {}
        alone = [pk for pk, at in placed.items() if at.reason is WithdrawalReason.UNREFERENCED]
        model: Any = kinds.single_model(kind)
        for pk, file in model._default_manager.in_bulk(alone).items():
            identity = (f"{kind}:{pk}", kind, type(file).__name__, file.public_id)
            yield _item(identity, ("", "", "", ""), project(file))


def _item(
    identity: tuple[str, str, str, str], place: tuple[str, str, str, str], projected: Projected
) -> Item:
    columns = projected.columns
    return Item(
        (
            *identity,
            *place,
            # An alias has no draft.
            "",
            columns.title,
            columns.summary,
            projected.head,
            columns.sort_at,
            columns.starts_at,
            columns.ends_at,
            # A draft has no number of the clock.
            0,
        ),
        tail=projected.tail,
    )
