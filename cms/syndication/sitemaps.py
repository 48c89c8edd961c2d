"""Serve the sitemaps of a site: all its pages, and the news of the last two days.

Every address in them is one of the frontend, which serves a sitemap by passing the request on.

Source: sitemaps.org 0.9, Google's extensions for languages and for news; ADR 0024.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest

from cms.publishing.reading.addresses import At
from cms.publishing.reading.context import ReadContext
from cms.publishing.reading.items import Item, instant
from cms.publishing.reading.loads import LISTED, SHOWN, TABLE, columns, make_item, marks
from cms.publishing.reading.served import ServedSite
from cms.publishing.reading.stored import localized
from cms.publishing.reading.structured_data import news_types
from cms.publishing.schema.authoring import import_extensions
from cms.syndication.markup import Markup
from cms.syndication.parameters import BadParameter, named_once
from cms.syndication.serving import (
    Served,
    asked_language,
    asked_number,
    asked_site,
    served,
)
from cms.syndication.stated import LAST_CHANGE

XML = "application/xml; charset=utf-8"
SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
NEWS = "http://www.google.com/schemas/sitemap-news/0.9"
XHTML = "http://www.w3.org/1999/xhtml"
# The protocol allows 50,000; this many take half a second of one core.
PAGE_SIZE = 10_000
NEWS_MOST = 1_000
NEWS_AGE = dt.timedelta(hours=48)

PAGES = f"i.kind = 'page' AND i.site = %s AND {LISTED.format('i')} AND {SHOWN.format('i')}"


@served()
def sitemap(request: HttpRequest, context: ReadContext) -> Served:
    """Answer the addresses of a site's pages, or where to find them when they are too many."""
    given = named_once(request, known=("site", "language", "page"))
    site, page = asked_site(given, context), asked_number(given, "page")
    language = asked_language(given, site)
    rows = _rows(context, site=site, language=language, page=page)
    if page is None and not rows:
        return _index(context, site=site, language=language)
    if page is not None and page > 1 and not rows:
        raise BadParameter(f"`page`: the sitemap has no page {page}.")
    found = [make_item(row[1:]) for row in rows]
    body = _urls(found, _versions(found, context, site=site), context, site=site)
    return Served(body, XML, changed_at=instant(rows[0][0]) if rows else None)


@served()
def news_sitemap(request: HttpRequest, context: ReadContext) -> Served:
    """Answer the news of the last 48 hours that others may take over."""
    given = named_once(request, known=("site", "language"))
    site = asked_site(given, context)
    rows = _news_rows(context, site=site, language=asked_language(given, site))
    context.load([load := At(site.key, "settings:")])
    about: Item | None = context.results[load].item
    names = about.get("siteName") if about else None
    found = [make_item(row[2:]) for row in rows]
    body = _news(found, names, context, site=site)
    return Served(body, XML, changed_at=_news_changed_at(rows, found))


# Reading


def _rows(
    context: ReadContext, *, site: ServedSite, language: str, page: int | None
) -> list[tuple[Any, ...]]:
    """Read a page of the site's pages, versions of one text side by side.

    Shape: without a page all of them, or nothing when they are more than one sitemap takes.
    """
    test, values = _pages(context, site=site, language=language)
    all_of_them = f" AND (SELECT count(*) FROM {TABLE} i WHERE {test}) <= %s"
    return context.query(
        f"SELECT {LAST_CHANGE}, {columns('i')} FROM {TABLE} i WHERE {test}"
        f"{all_of_them if page is None else ''}"
        " ORDER BY i.translation_key, i.locale, i.public_id LIMIT %s OFFSET %s",
        [
            *(context.now_parameter, *values),
            *([*values, PAGE_SIZE] if page is None else []),
            *(PAGE_SIZE, ((page or 1) - 1) * PAGE_SIZE),
        ],
    )


def _pages(context: ReadContext, *, site: ServedSite, language: str) -> tuple[str, list[Any]]:
    """Return the test that the site's public pages pass, with its parameters."""
    values = [site.key, context.now_parameter]
    return (f"{PAGES} AND i.locale = %s", [*values, language]) if language else (PAGES, values)


def _versions(
    found: Sequence[Item], context: ReadContext, *, site: ServedSite
) -> dict[str, list[tuple[str, str]]]:
    """Read the language and path of every version of these pages, by translation key."""
    if not found:
        return {}
    rows = context.query(
        f"SELECT i.translation_key, i.locale, i.path FROM {TABLE} i WHERE {PAGES}"
        " AND i.translation_key BETWEEN %s AND %s ORDER BY i.translation_key, i.locale, i.path",
        [
            *(site.key, context.now_parameter),
            *(found[0].translation_key, found[-1].translation_key),
        ],
    )
    return {
        key: [(locale, path) for _key, locale, path in group]
        for key, group in groupby(rows, key=lambda row: row[0])
    }


def _news_rows(context: ReadContext, *, site: ServedSite, language: str) -> list[tuple[Any, ...]]:
    """Read the newest news, when anything public last changed, and which item last grew too old."""
    import_extensions()
    types, now = news_types(), context.now
    since, of_language = now - NEWS_AGE, " AND i.locale = %s" if language else ""
    listed = f"i.type IN ({marks(len(types))}) AND i.is_syndicated AND {PAGES}{of_language}"
    whose = [*types, site.key, context.now_parameter, *([language] if language else [])]
    aged = f"(SELECT max(i.sort_at) FROM {TABLE} i WHERE {listed} AND i.sort_at <= %s)"
    return context.query(
        f"SELECT {LAST_CHANGE}, {aged}, {columns('i')} FROM {TABLE} i WHERE {listed}"
        " AND i.sort_at > %s AND i.sort_at <= %s ORDER BY i.sort_at DESC, i.public_id LIMIT %s",
        [
            *(context.now_parameter, *whose, context.adapt(since)),
            *(*whose, context.adapt(since), context.adapt(now), NEWS_MOST),
        ],
    )


def _news_changed_at(rows: Sequence[tuple[Any, ...]], found: Sequence[Item]) -> dt.datetime | None:
    """Return when the list last changed: by an editor, or because an item came of age or grew old."""
    if not rows:
        return None
    aged = instant(rows[0][1])
    moments = [instant(rows[0][0]), instant(found[0].sort_at), aged and aged + NEWS_AGE]
    return max((moment for moment in moments if moment), default=None)


# Writing


def _urls(
    found: Iterable[Item],
    versions: Mapping[str, Sequence[tuple[str, str]]],
    context: ReadContext,
    *,
    site: ServedSite,
) -> bytes:
    markup = Markup()
    markup.start("urlset", xmlns=SITEMAP, xmlns_xhtml=XHTML)
    for page in found:
        markup.start("url")
        markup.element("loc", context.url(page))
        markup.element("lastmod", page.get("updatedAt"))
        alike = versions.get(page.translation_key, ())
        if len(alike) > 1:
            _alternates(markup, alike, site=site)
        markup.end()
    markup.end()
    return markup.document()


def _alternates(markup: Markup, alike: Sequence[tuple[str, str]], *, site: ServedSite) -> None:
    """Name the page in each language, itself included, and where readers of others should go."""
    named = [*alike, *(("x-default", path) for code, path in alike if code == site.default_locale)]
    for code, path in named:
        markup.element("xhtml:link", rel="alternate", hreflang=code, href=site.base_url + path)


def _index(context: ReadContext, *, site: ServedSite, language: str) -> Served:
    """Return where the parts of a sitemap are; an empty sitemap when there is nothing."""
    test, values = _pages(context, site=site, language=language)
    ((count, changed),) = context.query(
        f"SELECT count(*), {LAST_CHANGE} FROM {TABLE} i WHERE {test}",
        [context.now_parameter, *values],
    )
    changed_at = instant(changed)
    if not count:
        return Served(_urls([], {}, context, site=site), XML, changed_at=changed_at)
    markup = Markup()
    markup.start("sitemapindex", xmlns=SITEMAP)
    for page in range(1, -(-count // PAGE_SIZE) + 1):
        query = urlencode({**({"language": language} if language else {}), "page": page})
        markup.start("sitemap")
        markup.element("loc", f"{site.base_url}/sitemap.xml?{query}")
        if changed_at is not None:
            markup.element("lastmod", changed_at.astimezone(dt.UTC).isoformat(timespec="seconds"))
        markup.end()
    markup.end()
    return Served(markup.document(), XML, changed_at=changed_at)


def _news(found: Iterable[Item], names: Any, context: ReadContext, *, site: ServedSite) -> bytes:
    markup = Markup()
    markup.start("urlset", xmlns=SITEMAP, xmlns_news=NEWS)
    for page in found:
        markup.start("url")
        markup.element("loc", context.url(page))
        markup.start("news:news")
        markup.start("news:publication")
        name = localized(names, locale=page.locale) if names else None
        markup.element("news:name", name or site.base_url.split("://")[-1])
        markup.element("news:language", page.locale)
        markup.end()
        markup.element("news:publication_date", page.get("publishedAt"))
        markup.element("news:title", page.title)
        markup.end()
        markup.end()
    markup.end()
    return markup.document()
