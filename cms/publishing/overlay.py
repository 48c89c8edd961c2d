"""Lay the draft of one page over the published rows, for the length of one operation.

    context = ReadContext(overlay=overlay_of(revision.as_object()))

The draft is projected exactly as publishing it would; what it points at is still read from published
rows, so a preview shows nothing hidden but the one page that it is a preview of. Nothing is written.
"""

from typing import Any

from cms.publishing import kinds
from cms.publishing.projection import project
from cms.publishing.protocols import public_id
from cms.publishing.reading.items import Item
from cms.publishing.sites import load_sites
from cms.publishing.visibility import find_site

# The row of a page that was never saved; no row has it.
UNSAVED = 0


class OutsideSites(Exception):
    """Say that a page stands below no site, so that readers could not reach it."""


def overlay_of(page: Any) -> dict[str, Item]:
    """Return the item of a draft by its key, as `ReadContext` takes it.

    Shape: one item, its long half included. `page` is a revision's object or a page that was never
           saved; such a page needs the tree path and the address it would get.
    Raises: OutsideSites. ProjectionFailed naming the field that cannot be published.
    """
    home = find_site(page.path or "", load_sites())
    if home is None:
        raise OutsideSites(str(page))
    site, root = home
    locale = page.locale.language_code
    projected = project(page)
    columns = projected.columns
    item = Item(
        (
            f"{kinds.PAGE}:{page.pk or UNSAVED}",
            kinds.PAGE,
            type(page).__name__,
            public_id(kinds.PAGE, page.translation_key, locale=locale),
            site.key,
            locale,
            site.path_of(url_path=page.url_path, root=root, locale=locale),
            str(page.translation_key),
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
    return {item.key: item}
