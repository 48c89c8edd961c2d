"""Say, in the plainest way, what the public may see of everything there is, and since when not.

This knows nothing of how publishing works: it walks Wagtail's own models one by one, slowly.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Collection, CollectionViewRestriction, Page, PageViewRestriction, Site

from cms.content.models import (
    Document,
    Image,
    Organisation,
    Person,
    PersonField,
    Programme,
    Term,
)
from home.models import Menu, SiteSettings

LANGUAGES = [code for code, _name in settings.WAGTAIL_CONTENT_LANGUAGES]
SNIPPETS: tuple[Any, ...] = (Term, Person, Organisation, Programme)


@dataclass(frozen=True)
class Verdict:
    """Say why a thing is hidden (`reason`, empty when it is public) and what time changes of it."""

    reason: str
    path: str | None = None
    instants: tuple[dt.datetime, ...] = ()


def judge(now: dt.datetime) -> dict[str, Verdict]:
    """Return the verdict on each thing there is, by its public id."""
    others = dict([*_pages(now), *_snippets(now), *_things_of_sites()])
    return {**others, **dict(_files(others))}


def _pages(now: dt.datetime) -> Iterator[tuple[str, Verdict]]:
    pages = list(Page.objects.filter(depth__gt=1).specific().order_by("path"))
    sites = list(Site.objects.select_related("root_page__locale"))
    private = set(PageViewRestriction.objects.values_list("page", flat=True))
    for page in pages:
        if hasattr(page, "published_kind"):
            judged: list[Verdict] = []
            waiting = [page]
            for one in waiting:
                # The longest tree path first: the page itself, its parent, and so on.
                chain = [link for link in reversed(pages) if one.path.startswith(link.path)]
                verdict = _page(one, chain=chain, sites=sites, private=private, now=now)
                judged.append(verdict)
                sources = _sources(_site_of(chain, sites=sites)[1], pages)
                waiting.extend(source for source in sources if source not in waiting)
            yield page.public_id, _worst(judged)


def _sources(chain: list[Any], pages: list[Any]) -> Iterator[Any]:
    """Yield the sources of aliases in a chain, in its order."""
    for link in chain:
        yield from (page for page in pages if page.pk == link.alias_of_id)


def _worst(judged: list[Verdict]) -> Verdict:
    """Judge a page, the first, by the sources of aliases that it waits for as well."""
    instants = tuple(instant for verdict in judged for instant in verdict.instants)
    reason = next((verdict.reason for verdict in judged if verdict.reason), "")
    return Verdict(reason, path=None if reason else judged[0].path, instants=instants)


def _page(
    page: Any, *, chain: list[Any], sites: list[Site], private: set[int], now: dt.datetime
) -> Verdict:
    """Judge a page by itself and its ancestors, the nearest first."""
    embargo = getattr(page, "embargo_until", None)
    times = [*(link.expire_at for link in chain), embargo]
    times += [getattr(page, name, None) for name in ("starts_at", "ends_at")]
    instants = tuple(instant for instant in times if instant)
    site, inside = _site_of(chain, sites=sites)
    if site is None:
        return Verdict("MOVED", instants=instants)
    if not _is_open(site, language=page.locale.language_code):
        return Verdict("SITE_HIDDEN", instants=instants)
    if private.intersection(link.pk for link in chain):
        return Verdict("RESTRICTED", instants=instants)
    for link in inside:
        if link.expired or (link.expire_at and link.expire_at <= now):
            return Verdict("EXPIRED", instants=instants)
        if not link.live:
            return Verdict("UNPUBLISHED", instants=instants)
    if embargo and embargo > now:
        return Verdict("EMBARGOED", instants=instants)
    return Verdict("", path=_path(page, inside, site=site), instants=instants)


def _site_of(chain: list[Any], *, sites: list[Site]) -> tuple[Site | None, list[Any]]:
    """Return the site a page stands in, and its chain up to the site's root."""
    for position, link in enumerate(chain):
        for site in sites:
            if site.root_page.translation_key == link.translation_key:
                return site, chain[: position + 1]
    return None, []


def _path(page: Any, inside: list[Any], *, site: Site) -> str:
    slugs = [link.slug for link in reversed(inside[:-1])]
    own = page.locale.language_code
    is_foreign = own != site.root_page.locale.language_code
    return "".join(f"/{part}" for part in [*([own] if is_foreign else []), *slugs]) + "/"


def _is_open(site: Site | None, *, language: str = "") -> bool:
    chosen = SiteSettings.objects.filter(site=site).first() if site else None
    if chosen is None:
        return True
    return chosen.is_public and (not language or language in (chosen.public_languages or LANGUAGES))


def _snippets(now: dt.datetime) -> Iterator[tuple[str, Verdict]]:
    for model in SNIPPETS:
        for thing in model.objects.all():
            instants = (thing.expire_at,) if thing.expire_at else ()
            reason = ""
            if thing.expired or (thing.expire_at and thing.expire_at <= now):
                reason = "EXPIRED"
            elif not thing.live:
                reason = "UNPUBLISHED"
            elif not getattr(thing, "consent_given", True):
                reason = "CONSENT"
            yield thing.public_id, Verdict(reason, instants=instants)


def _files(others: dict[str, Verdict]) -> Iterator[tuple[str, Verdict]]:
    """Judge pictures and documents: they go with the last public thing that refers to them."""
    private: set[int] = set()
    for restriction in CollectionViewRestriction.objects.select_related("collection"):
        below = restriction.collection.get_descendants(inclusive=True)
        private |= set(Collection.objects.filter(pk__in=below).values_list("pk", flat=True))
    said = list(_said_by_all(others))
    for model in (Image, Document):
        for thing in model.objects.all():
            referring = [verdict for text, verdict in said if _refers(text, thing)]
            instants = tuple(instant for verdict in referring for instant in verdict.instants)
            is_kept = getattr(thing, "keep_public", False)
            is_used = is_kept or any(not verdict.reason for verdict in referring)
            reason = "" if is_used else "UNREFERENCED"
            if thing.collection_id in private:
                reason = "RESTRICTED"
            yield thing.public_id, Verdict(reason, instants=instants)


def _said_by_all(others: dict[str, Verdict]) -> Iterator[tuple[str, Verdict]]:
    """Yield, with its verdict, what each thing says of files: in its columns, blocks and rows."""
    pages = Page.objects.filter(depth__gt=1).specific()
    for page in pages:
        if hasattr(page, "published_kind"):
            rows = page.documents.all() if hasattr(page, "documents") else ()
            offered = " ".join(f"document={row.document_id};" for row in rows)
            yield f"{_columns(page)} {offered}", others[page.public_id]
    for person in Person.objects.all():
        is_shown = PersonField.PICTURE.value in person.public_fields
        yield f"picture={person.picture_id};" if is_shown else "", others[person.public_id]
    for redirect in Redirect.objects.all():
        yield redirect.redirect_link, others[f"redirect-{redirect.pk}"]
    for thing in (*Menu.objects.all(), *SiteSettings.objects.all()):
        yield _columns(thing), others[thing.public_id]


def _columns(thing: Any) -> str:
    """Return the names and values of a thing's columns, streams as raw JSON."""
    fields = thing._meta.concrete_fields
    return " ".join(f"{field.name}={field.value_to_string(thing)};" for field in fields)


def _refers(text: str, file: Image | Document) -> bool:
    if f"/files/{file.public_id}/" in text:
        return True
    if isinstance(file, Image):
        return f"picture={file.pk};" in text or f'"image": {file.pk},' in text
    link = rf"linktype=\"document\" id=\"{file.pk}\""
    marks = (f"document={file.pk};", link, f'"document": {file.pk}}}')
    return any(mark in text for mark in marks)


def _things_of_sites() -> Iterator[tuple[str, Verdict]]:
    for menu in Menu.objects.all():
        is_open = _is_open(menu.site, language=menu.locale.language_code)
        yield menu.public_id, Verdict("" if is_open else "SITE_HIDDEN")
    for described in SiteSettings.objects.all():
        yield described.public_id, Verdict("" if _is_open(described.site) else "SITE_HIDDEN")
    for site in Site.objects.all():
        yield f"site-{site.pk}", Verdict("" if _is_open(site) else "SITE_HIDDEN")
    for redirect in Redirect.objects.all():
        yield f"redirect-{redirect.pk}", Verdict("" if _is_open(redirect.site) else "SITE_HIDDEN")
