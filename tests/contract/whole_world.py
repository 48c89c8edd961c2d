"""Make a world in which everything that operations ask for is there, as often as a test wants.

Every id is fixed, so that answers can be compared as they are. The clock stands at `NOW`.
"""

import datetime as dt
import uuid
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch

from wagtail.signal_handlers import disable_reference_index_auto_update

from cms.content import renditions
from cms.content.models import TermScheme as Scheme
from cms.publishing.scopes import transaction
from home.models import ClusterPage
from home.models.cluster_parts import (
    ClusterLabel,
    Composition,
    KeyFigure,
    ManagementTeamMember,
    SupportService,
)
from home.models.site_settings import SocialLink
from news.models import EventPage, NewsPage
from news.models.events import EventOrganiser
from news.models.news import NewsDocument
from projects.models import ProjectDocument, ProjectPage, ProjectPartner, ProjectResult
from tests.contract.every_block import every_block
from tests.contract.pool import Pool, fixed, make_pool, picture_of
from tests.page_factories import World, add, locale, make_menu, make_world, translate
from tests.snapshots import once_per_worker

NOW = dt.datetime(2026, 3, 2, 12, 0, tzinfo=dt.UTC)
BEFORE = dt.datetime(2026, 2, 1, 9, 30, tzinfo=dt.UTC)
TEXT = '<p>See <a linktype="page" id="{0}">the project</a> &amp; <b>more</b>.</p>'
ROLES = ("COORDINATOR", "PARTNER", "ASSOCIATED", "PARTNER", "PARTNER", "PARTNER")


@dataclass(frozen=True)
class WholeWorld:
    """Hold the world and the pages that single operations ask for."""

    world: World
    pool: Pool
    projects: list[ProjectPage]
    news: list[NewsPage]
    article: NewsPage
    events: list[EventPage]


@once_per_worker
def make_whole_world(count: int, *, has_renditions: bool = True) -> WholeWorld:
    """Make `count` of everything: list entries, references, rows, blocks, menu entries."""
    with ExitStack() as stack:
        if not has_renditions:
            stack.enter_context(patch.object(renditions, "make_presets", lambda _image: 0))
        # Nothing asks where things are used, and writing it down takes most of the time.
        stack.enter_context(disable_reference_index_auto_update())
        stack.enter_context(transaction())
        world = make_world()
        for page in (world.cluster, world.cluster_bg):
            type(page).objects.filter(pk=page.pk).update(translation_key=fixed(20))
        pool = make_pool(count)
        projects = [_make_project(world, pool, number) for number in range(count)]
        news = [_make_news(world, pool, projects[number], number) for number in range(count)]
        events = [_make_event(world, pool, projects[number], number) for number in range(count)]
        article = _make_article(world, pool, projects[0], events[0])
        _fill_profile(world.cluster, pool, projects[0])
        _fill_site(world, news)
        return WholeWorld(world, pool, projects, news, article, events)


def _page(title: str, slug: str, key: uuid.UUID) -> dict[str, Any]:
    published = {"first_published_at": BEFORE, "last_published_at": BEFORE + dt.timedelta(days=1)}
    return {"title": title, "slug": slug, "translation_key": key, **published}


def _make_project(world: World, pool: Pool, number: int) -> ProjectPage:
    page = ProjectPage(
        **_page(f"Project {number}", f"project-{number}", fixed(30, number)),
        **picture_of(pool.images[number], "People at a table"),
        acronym=f"PRO{number}",
        full_title=f"The project with the number {number}",
        contract_number=f"2026/{number}",
        summary=f"What project {number} is.",
        starts_on=dt.date(2025, 1, 1) + dt.timedelta(days=number),
        duration_months=18,
        objectives="Learn\nTeach",
        approaches="Workshops",
        target_group="Young people",
        minimum_age=15,
        maximum_age=29,
    )
    partners = pool.organisations[6 * number : 6 * number + 6]
    page.partners.set(
        [
            ProjectPartner(organisation=o, role=ROLES[n], sort_order=n)
            for n, o in enumerate(partners)
        ]
    )
    page.programmes.set(pool.programmes if number == 0 else [pool.programmes[number]])
    page.results.set(
        [ProjectResult(quantity=n, text=f"Result {n}") for n in range(len(pool.images))]
    )
    if number == 0:
        page.documents.set([ProjectDocument(document=document) for document in pool.documents])
    return _added(world.projects, page)


def _make_news(world: World, pool: Pool, project: ProjectPage, number: int) -> NewsPage:
    page = NewsPage(
        **_page(f"News {number}", f"news-{number}", fixed(40, number)),
        **picture_of(pool.images[number], "A stage"),
        types=["NEWS", "OPEN_CALL"],
        introduction=f"What news {number} is about.",
        published_on=dt.date(2026, 2, 20) - dt.timedelta(days=number),
        author=pool.people[number],
        project=project,
        call_opens_at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC),
        call_closes_at=dt.datetime(2026, 6, 1, 21, 59, tzinfo=dt.UTC),
        apply_url="https://example.org/apply",
    )
    page.topics.set([pool.topics[number], pool.topics[0]])
    page.eligible.set([pool.terms[Scheme.ELIGIBLE_KIND][number]])
    return _added(world.news, page)


def _make_article(world: World, pool: Pool, project: ProjectPage, event: EventPage) -> NewsPage:
    page = NewsPage(
        **_page("The article", "article", fixed(41)),
        **picture_of(pool.images[0], "A full hall"),
        seo_title="The article, for search engines",
        search_description="Described for search engines.",
        types=["ACHIEVEMENT", "OPEN_CALL"],
        introduction="What the article says.",
        published_on=dt.date(2026, 2, 28),
        author=pool.people[0],
        project=project,
        call_opens_at=dt.datetime(2026, 4, 1, 6, 0, tzinfo=dt.UTC),
        call_closes_at=dt.datetime(2026, 6, 1, 21, 59, tzinfo=dt.UTC),
        budget="250000",
        maximum_grant="10000.5",
        apply_url="https://example.org/apply",
        corrected_at=BEFORE + dt.timedelta(days=2),
        correction_note="The sum was wrong.",
        licence="CC BY 4.0",
        attribution_text="ICT Cluster",
        attribution_url="https://main.example/",
        body=every_block(pool.images, pool.documents, project=project, event=event),
    )
    page.topics.set(pool.topics)
    page.eligible.set(pool.terms[Scheme.ELIGIBLE_KIND])
    page.documents.set([NewsDocument(document=document) for document in pool.documents])
    _added(world.news, page)
    translate(world.news, slug="novini", title="Новини")
    translate(page, slug="statiya", title="Статията")
    return page


def _make_event(world: World, pool: Pool, project: ProjectPage, number: int) -> EventPage:
    page = EventPage(
        **_page(f"Event {number}", f"event-{number}", fixed(50, number)),
        summary=f"What event {number} is.",
        starts_at=NOW + dt.timedelta(days=number),
        ends_at=NOW + dt.timedelta(days=number, hours=2),
        attendance="MIXED",
        venue_name="Hall",
        venue_address="1 Street",
        venue_city="Sofia",
        venue_country="BG",
        project=project,
    )
    page.organisers.set(
        [
            EventOrganiser(organisation=o, sort_order=n)
            for n, o in enumerate(pool.organisations[number:][:3])
        ]
    )
    return _added(world.events, page)


def _fill_profile(cluster: ClusterPage, pool: Pool, project: ProjectPage) -> None:
    page = ClusterPage.objects.get(pk=cluster.pk)
    values = {
        **picture_of(pool.images[0], "The house"),
        "first_published_at": BEFORE,
        "last_published_at": BEFORE,
        "local_name": "Клъстер",
        "country": "BG",
        "region_code": "BG41",
        "region_label": "Yugozapaden",
        "founded_on": dt.date(2004, 9, 1),
        "website": "https://cluster.example/",
        "contact": pool.people[0],
        "strategy_formalised": True,
        "strategy_document": pool.documents[0],
        "about": TEXT.format(project.pk),
        "mission": "Bring people together.",
        "goals": "Grow\nLearn",
        "activity_areas": "Training",
        "international_countries": ["JP", "US"],
        "transnational_countries": ["DE"],
    }
    for name, value in values.items():
        setattr(page, name, value)
    page.sectors.set(pool.terms[Scheme.SECTORAL_INDUSTRY])
    page.technology_fields.set(pool.terms[Scheme.TECHNOLOGY_FIELD])
    page.s3_priorities.set(pool.terms[Scheme.S3_PRIORITY])
    page.cross_sectoral_industries.set(pool.terms[Scheme.CROSS_SECTORAL_INDUSTRY])
    page.international_activities.set(pool.terms[Scheme.INTERNATIONAL_SUPPORT_ACTIVITY])
    page.transnational_activities.set(pool.terms[Scheme.TRANSNATIONAL_SUPPORT_ACTIVITY])
    page.programmes.set(pool.programmes)
    page.compositions.set(_compositions(len(pool.people)))
    page.observations.set(
        [
            KeyFigure(metric="Profile", value=str(61 + n), unit="%", source="Portal")
            for n in range(len(pool.people))
        ]
    )
    page.management_team.set([ManagementTeamMember(person=person) for person in pool.people])
    page.support_services.set(
        [
            SupportService(term=term, other_text="Advice")
            for term in pool.terms[Scheme.SUPPORT_SERVICE]
        ]
    )
    page.labels.set([ClusterLabel(level="GOLD", issuer="ESCA", awarded_on=dt.date(2024, 5, 6))])
    page.save()


def _compositions(count: int) -> Iterable[Composition]:
    return [
        Composition(
            as_of=dt.date(2025, 1, 1) + dt.timedelta(days=number),
            source="Register",
            members=100 + number,
            smes=80,
            large_companies=0,
            start_ups=12,
        )
        for number in range(count)
    ]


def _fill_site(world: World, news: list[NewsPage]) -> None:
    children = [{"text": page.title, "page": page.pk} for page in news]
    entries = [
        {"text": f"Menu {page.title}", "page": page.pk, "children": children if n == 0 else []}
        for n, page in enumerate(news)
    ]
    elsewhere = [{"text": "Search", "address": "/search"}]
    make_menu(world.site, [*entries, *elsewhere])
    make_menu(world.site, [*entries, *elsewhere], name="FOOTER")
    settings = world.settings
    settings.contact_email = "office@example.org"
    settings.social_links.set(
        [
            SocialLink(network="LINKEDIN", url=f"https://social.example/{n}")
            for n in range(len(news))
        ]
    )
    settings.save()


def _added(parent: Any, page: Any) -> Any:
    page.locale = locale("en")
    return add(parent, page)
