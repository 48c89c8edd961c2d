"""Describe each site: its stable key, frontend address, public languages and roots per language.

Wagtail's `Site` says which page is the root; the settings model of the project (the one whose
`published_kind` is `settings`) says how the outside calls the site and where its frontend is.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from wagtail.models import Page, Site

from cms.publishing import kinds
from cms.publishing.scopes import remembered

# What the published table holds.
LONGEST_KEY = 64


@dataclass(frozen=True, slots=True)
class SiteRoot:
    """Hold one language's root page of a site."""

    path: str
    url_path: str


@dataclass(frozen=True, slots=True)
class SiteInfo:
    """Hold what placing a page needs to know of its site.

    Shape: `languages` are the public ones; `roots` has the root page of each language, found by the
           translations of the site's root page.
    """

    pk: int
    key: str
    base_url: str
    is_default: bool
    is_public: bool
    default_locale: str
    languages: frozenset[str]
    roots: dict[str, SiteRoot]

    def path_of(self, *, url_path: str, root: SiteRoot, locale: str) -> str:
        """Return the path of a page on this site's frontend, with its language prefix."""
        rest = url_path[len(root.url_path) :]
        return frontend_path(rest, locale=locale, default_locale=self.default_locale)

    def document(self) -> dict[str, Any]:
        """Return what the delivery plane has to know of the site."""
        return {
            "key": self.key,
            "baseUrl": self.base_url,
            "isDefault": self.is_default,
            "defaultLocale": self.default_locale,
            "languages": sorted(self.languages),
        }


def frontend_path(rest: str, *, locale: str, default_locale: str) -> str:
    """Return a path on a frontend: other languages than the site's own have a prefix."""
    return f"/{rest}" if locale == default_locale else f"/{locale}/{rest}"


def frontend_of(site_id: int) -> tuple[str, str]:
    """Return the address of a site's frontend and the site's own language.

    Shape: the address has no slash at its end.
    """

    def read() -> tuple[str, str]:
        site = Site.objects.select_related("root_page__locale").get(pk=site_id)
        row = next((row for row in _settings_rows(site_id=site_id)), None)
        return _base_url(row), site.root_page.locale.language_code

    found: tuple[str, str] = remembered(("frontend", site_id), read)
    return found


def content_languages() -> frozenset[str]:
    """Return the configured content languages."""
    return frozenset(code for code, _name in settings.WAGTAIL_CONTENT_LANGUAGES)


def load_sites() -> list[SiteInfo]:
    """Read every site with its settings and roots, the default site first."""
    described = {row.site_id: row for row in _settings_rows()}
    sites = list(
        Site.objects.select_related("root_page__locale").order_by("-is_default_site", "pk")
    )
    roots: dict[Any, dict[str, SiteRoot]] = {}
    keys = {site.root_page.translation_key for site in sites}
    for page in Page.objects.filter(translation_key__in=keys).select_related("locale"):
        root = SiteRoot(path=page.path, url_path=page.url_path)
        roots.setdefault(page.translation_key, {})[page.locale.language_code] = root
    return [
        _describe(site, described.get(site.pk), roots[site.root_page.translation_key])
        for site in sites
    ]


def _settings_rows(**conditions: Any) -> Iterable[Any]:
    if kinds.SETTINGS not in kinds.projected_models():
        return []
    model: Any = kinds.single_model(kinds.SETTINGS)
    return model._default_manager.filter(**conditions)


def _base_url(row: Any) -> str:
    address: str = (row.frontend_base_url if row else "") or settings.FRONTEND_BASE_URL
    return address.rstrip("/")


def _key_of_host(site: Site) -> str:
    """Return the key of a site that was given none; a host may be longer than a key."""
    key = f"{site.hostname}-{site.port}"
    if len(key) <= LONGEST_KEY:
        return key
    mark = hashlib.blake2b(site.hostname.encode(), digest_size=8).hexdigest()
    return f"{site.hostname[:40]}-{mark}-{site.port}"


def _describe(site: Site, row: Any, roots: dict[str, SiteRoot]) -> SiteInfo:
    languages = frozenset(row.public_languages) if row and row.public_languages else None
    fallback_key = "default" if site.is_default_site else _key_of_host(site)
    return SiteInfo(
        pk=site.pk,
        key=(row.site_key if row else "") or fallback_key,
        base_url=_base_url(row),
        is_default=site.is_default_site,
        is_public=row.is_public if row else True,
        default_locale=site.root_page.locale.language_code,
        languages=content_languages() if languages is None else languages & content_languages(),
        roots=roots,
    )
