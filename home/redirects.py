"""Say where redirects lead, as far as that is public."""

from collections.abc import Generator
from typing import Any, NamedTuple

from cms.content.addresses import followed_address_or_path, path_below
from cms.publishing.reading.context import ReadContext
from cms.publishing.reading.items import Item
from cms.publishing.reading.loads import Things
from cms.publishing.reading.served import ServedSite


class Destination(NamedTuple):
    """Be where a redirect leads.

    Shape: `path` is that of the address on the site of the redirect, None for an address elsewhere.
    """

    url: str
    path: str | None


def destination_of(
    redirect: Item, context: ReadContext, *, site: ServedSite
) -> Generator[Any, Any, Destination | None]:
    """Return where a redirect of a site leads, or None while its target is hidden.

    Shape: a generator of loads.
    """
    target = redirect.get("target")
    if target:
        pages: list[Item] = yield Things((target,))
        return next((_of_page(page, context, site=site) for page in pages), None)
    address = followed_address_or_path(redirect.get("address"))
    if not address:
        return None
    url = site.base_url + address if address.startswith("/") else address
    return Destination(url, path_below(site.base_url, url))


def _of_page(page: Item, context: ReadContext, *, site: ServedSite) -> Destination:
    return Destination(context.url(page), page.path if page.site == site.key else None)
