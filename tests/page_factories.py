"""Make the smallest tree of pages that a test needs: one site in two languages and its pages.

Pages are live when made, unless a test says `live=False`. Nothing here reads demo data.
"""

import datetime as dt
import itertools
import json
from dataclasses import dataclass
from typing import Any

from wagtail.models import Locale, Page, Site

from cms.content.models import Document, Image
from cms.publishing.scopes import transaction
from home.models import ClusterPage, Menu, SiteSettings, StandardPage
from news.models import EventIndexPage, EventPage, NewsIndexPage, NewsPage
from projects.models import PartnerRole, ProjectIndexPage, ProjectPage, ProjectPartner
from tests.factories import make_document, make_image
from tests.snapshots import once_per_worker

_numbers = itertools.count(1)

NOON = dt.datetime(2026, 3, 2, 12, 0, tzinfo=dt.UTC)


@dataclass(frozen=True)
class World:
    """Hold one site: its cluster in English and Bulgarian, and the English sections."""

    site: Site
    settings: SiteSettings
    cluster: ClusterPage
    cluster_bg: ClusterPage
    projects: ProjectIndexPage
    news: NewsIndexPage
    events: EventIndexPage


def locale(code: str) -> Locale:
    """Return a content language, made on first use."""
    return Locale.objects.get_or_create(language_code=code)[0]


def root() -> Page:
    """Return the root above all sites."""
    return Page.objects.get(depth=1)


@once_per_worker
def make_world(*, key: str = "main", is_default: bool = True, **settings: Any) -> World:
    """Make a site with its cluster, its settings and its three sections.

    Shape: the default site takes the place of the one that Wagtail made.
    """
    # Reconciled once, which is quicker than after every row.
    with transaction():
        cluster = make_cluster(title=f"Cluster {key}", slug=f"cluster-{key}")
        site = make_site(cluster, key=key, is_default=is_default)
        return World(
            site=site,
            settings=make_settings(site, key=key, **settings),
            cluster=cluster,
            cluster_bg=translate(cluster, title=f"Клъстер {key}"),
            projects=add(cluster, ProjectIndexPage(title="Projects", slug="projects")),
            news=add(cluster, NewsIndexPage(title="News", slug="news")),
            events=add(cluster, EventIndexPage(title="Events", slug="events")),
        )


def make_settings(site: Site, *, key: str, **fields: Any) -> SiteSettings:
    """Make the settings of a site that has none."""
    fields.setdefault("frontend_base_url", f"https://{key}.example")
    fields.setdefault("site_name_en", f"Site {key}")
    return SiteSettings.objects.create(site=site, site_key=key, **fields)


def make_site(root_page: Page, *, key: str, is_default: bool = True) -> Site:
    """Make a site, or give the default site another root."""
    found = Site.objects.filter(is_default_site=True).first() if is_default else None
    site = found or Site(hostname=f"{key}.example", is_default_site=is_default)
    site.root_page = root_page
    site.save()
    return site


def make_cluster(**fields: Any) -> ClusterPage:
    """Make a cluster at the top of the tree, in English unless told otherwise."""
    fields.setdefault("locale", locale("en"))
    return add(root(), ClusterPage(**_named("Cluster", fields)))


def make_standard_page(parent: Page, **fields: Any) -> StandardPage:
    """Make a page of free text."""
    return add(parent, StandardPage(**_named("Page", fields)))


def make_page_with_files(*files: Image | Document, **fields: Any) -> StandardPage:
    """Make a page of the default site that shows pictures and documents, so that they are public."""
    body = [{"type": file.published_kind, "value": _file_block(file)} for file in files]
    parent = Site.objects.get(is_default_site=True).root_page
    return make_standard_page(parent, body=json.dumps(body), **fields)


def make_public_image(**values: Any) -> Image:
    """Return a stored picture that a page of the default site shows."""
    image = make_image(**values)
    make_page_with_files(image)
    return image


def make_public_document(**values: Any) -> Document:
    """Return a stored document that a page of the default site offers."""
    document = make_document(**values)
    make_page_with_files(document)
    return document


def _file_block(file: Image | Document) -> dict[str, Any]:
    if isinstance(file, Document):
        return {"document": file.pk}
    return {"image": file.pk, "alt": "A bridge", "caption": "", "is_decorative": False}


def make_project(
    parent: Page, *, partners: dict[Any, str] | None = None, **fields: Any
) -> ProjectPage:
    """Make a project; `partners` gives each organisation its role."""
    fields.setdefault("summary", "What the project is.")
    page = ProjectPage(**_named("Project", fields))
    page.partners.set(
        [
            ProjectPartner(organisation=organisation, role=role, sort_order=order)
            for order, (organisation, role) in enumerate((partners or {}).items())
        ]
    )
    return add(parent, page)


def make_news(parent: Page, **fields: Any) -> NewsPage:
    """Make a news item of the type NEWS unless told otherwise."""
    fields.setdefault("types", ["NEWS"])
    fields.setdefault("introduction", "What the news is.")
    fields.setdefault("published_on", NOON.date())
    return add(parent, NewsPage(**_named("News", fields)))


def make_event(parent: Page, **fields: Any) -> EventPage:
    """Make an event of two hours unless told otherwise."""
    fields.setdefault("summary", "What the event is.")
    fields.setdefault("starts_at", NOON)
    if fields["starts_at"]:
        fields.setdefault("ends_at", fields["starts_at"] + dt.timedelta(hours=2))
    return add(parent, EventPage(**_named("Event", fields)))


def make_menu(
    site: Site, items: list[dict[str, Any]], *, name: str = "MAIN", language: str = "en"
) -> Menu:
    """Make a menu; an item is `{"text": …, "page": pk, "address": …, "children": […]}`."""
    raw = [{"type": "item", "value": _menu_item(item)} for item in items]
    return Menu.objects.create(site=site, locale=locale(language), name=name, items=raw)


def translate(page: Any, *, language: str = "bg", live: bool = True, **fields: Any) -> Any:
    """Make the translation of a page whose parent is translated already."""
    copy = page.copy_for_translation(locale(language))
    for name, value in fields.items():
        setattr(copy, name, value)
    copy.live = live
    copy.save()
    return copy


def add(parent: Page, page: Any) -> Any:
    """Put a page below another one, in the language of its parent.

    Shape: a fresh copy of the parent is used, because a tree node in memory forgets its children.
    """
    if page.locale_id is None:
        page.locale_id = parent.locale_id
    return Page.objects.get(pk=parent.pk).add_child(instance=page)


def coordinator_and(*partners: Any, coordinator: Any) -> dict[Any, str]:
    """Return the roles of a project's organisations, the coordinator first."""
    roles = {coordinator: str(PartnerRole.COORDINATOR)}
    return roles | {partner: str(PartnerRole.PARTNER) for partner in partners}


def _named(kind: str, fields: dict[str, Any]) -> dict[str, Any]:
    number = next(_numbers)
    return {"title": f"{kind} {number}", "slug": f"{kind.lower()}-{number}", **fields}


def _menu_item(item: dict[str, Any]) -> dict[str, Any]:
    children = [
        {"type": "item", "value": {"page": None, "address": "", **child}}
        for child in item.get("children", [])
    ]
    return {"page": None, "address": "", **item, "children": children}
