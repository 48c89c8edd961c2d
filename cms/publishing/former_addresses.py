"""Lead from where pages stood to where they stand: after a new slug, and after a move to any site.

Wagtail makes such redirects itself, but none from one site to another, and on PostgreSQL it fails with
an address longer than its table holds. ADR 0066.
"""

from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _
from wagtail.contrib.redirects.models import Redirect
from wagtail.contrib.redirects.signal_handlers import BatchRedirectCreator
from wagtail.models import Page

from cms.publishing import kinds
from cms.publishing.models import PublishedItem
from cms.publishing.notices import notice
from cms.publishing.sites import SiteInfo, SiteRoot, load_sites

LONGEST_OLD_PATH: int = Redirect._meta.get_field("old_path").max_length or 0
BATCH = 400


def leave_redirects(page: Page, *, url_path_before: str) -> None:
    """Write a redirect for each page, at and below this one, that was public at another address."""
    if page.url_path == url_path_before:
        return
    sites = load_sites()
    batch = BatchRedirectCreator(max_size=2000, ignore_conflicts=True)
    for moved in _once_public(page):
        before = url_path_before + moved.url_path[len(page.url_path) :]
        locale = moved.locale.language_code
        old = _address(before, locale=locale, sites=sites)
        if old is None or old == _address(moved.url_path, locale=locale, sites=sites):
            continue
        site, path = old
        old_path = Redirect.normalise_path(path)
        if len(old_path) > LONGEST_OLD_PATH:
            notice(_too_long(moved), is_logged=True)
            continue
        batch.add(
            old_path=old_path,
            site_id=site,
            redirect_page_id=moved.pk,
            automatically_created=True,
        )
    batch.process()


def _once_public(page: Page) -> Iterator[Page]:
    """Yield the pages at and below a page that are public, or were at any time that is remembered."""
    branch = Page.objects.descendant_of(page, inclusive=True).select_related("locale")
    pages = list(branch.order_by("path"))
    known: set[str] = set()
    for start in range(0, len(pages), BATCH):
        keys = [f"{kinds.PAGE}:{one.pk}" for one in pages[start : start + BATCH]]
        known.update(PublishedItem.objects.filter(key__in=keys).values_list("key", flat=True))
    return (one for one in pages if f"{kinds.PAGE}:{one.pk}" in known)


def _address(url_path: str, *, locale: str, sites: Iterable[SiteInfo]) -> tuple[int, str] | None:
    """Return the site, by its row, and the path at which a page of this place is found."""
    best: tuple[SiteInfo, SiteRoot] | None = None
    for site in sites:
        root = site.roots.get(locale)
        if root is None or not url_path.startswith(root.url_path):
            continue
        if best is None or len(root.url_path) > len(best[1].url_path):
            best = site, root
    if best is None:
        return None
    site, root = best
    return site.pk, site.path_of(url_path=url_path, root=root, locale=locale)


def _too_long(page: Page) -> str:
    return _(
        "The former address of “%(title)s” leads nowhere now: it is longer than the %(longest)d"
        " characters that a redirect may have."
    ) % {"title": page.title, "longest": LONGEST_OLD_PATH}
