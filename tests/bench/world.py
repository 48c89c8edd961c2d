"""Build the content that is measured: the same pages, terms and pictures in every run."""

import datetime as dt
import random
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from wagtail.images.models import Filter

from cms.content.drawing import FORMATS
from cms.content.models import Image, Organisation, Person, PersonField, Programme, Rendition, Term
from cms.content.renditions import PRESETS, wanted_files
from cms.content.types import ImageFormat, ImagePreset
from cms.publishing import reconcile, scopes
from news.models import EventIndexPage, EventPage, NewsIndexPage, NewsPage
from projects.models import ProjectIndexPage, ProjectPage, ProjectPartner
from tests import factories, page_factories
from tests.bench.bodies import body, sentence
from tests.bench.bulk import add_pages
from tests.bench.cluster import describe_cluster

BEGIN = dt.datetime(2026, 1, 1, 9, 0, tzinfo=dt.UTC)
COUNTRIES = ("BG", "DE", "GR", "ES", "FR", "IT", "RO", "SI")
# What plain grapple asks for to get a card; made beforehand too, so that nobody makes files.
GRAPPLE_CARD = f"{PRESETS[ImagePreset.CARD]}|{FORMATS[ImageFormat.JPEG]}"


@dataclass(frozen=True, slots=True)
class Size:
    """Say how much content there is besides the news."""

    projects: int = 200
    partners: int = 6
    pictures: int = 500
    events: int = 50
    organisations: int = 100
    people: int = 20


def build(size: Size) -> None:
    """Write everything but the news, published by one sweep."""
    with scopes.suspended(), transaction.atomic():
        images, organisations = _images(size.pictures), _organisations(size.organisations)
        people = _people(size.people, images)
        world = page_factories.make_world(key="bench", contact_email="office@bench.example")
        programmes = [
            factories.make_programme(name=f"Programme {number}", full_name="In full", funder="EU")
            for number in range(10)
        ]
        describe_cluster(world.cluster, people=people, programmes=programmes)
        for name in ("MAIN", "FOOTER"):
            sections = (world.projects, world.news, world.events)
            page_factories.make_menu(
                world.site, [{"text": page.title, "page": page.pk} for page in sections], name=name
            )
        _projects(world.projects, size, images, organisations, programmes)
        _events(world.events, size, images)
    reconcile.sweep()


def grow(news: int) -> None:
    """Write news until there are so many, published by one sweep."""
    with scopes.suspended(), transaction.atomic():
        numbers = range(NewsPage.objects.count(), news)
        images, people = list(Image.objects.order_by("pk")), list(Person.objects.order_by("pk"))
        projects = list(ProjectPage.objects.order_by("pk").values_list("pk", flat=True))
        section = NewsIndexPage.objects.get()
        pages = [
            _news(number, images[number % len(images)].pk, people, projects) for number in numbers
        ]
        add_pages(section, pages)
        topics = list(Term.objects.filter(scheme="NEWS_TOPIC").order_by("pk"))
        through = NewsPage.topics.through
        through.objects.bulk_create(
            through(newspage_id=page.pk, term_id=topics[(number + step) % len(topics)].pk)
            for number, page in zip(numbers, pages, strict=True)
            for step in range(2)
        )
    reconcile.sweep()


def _news(number: int, image: int, people: Sequence[Person], projects: Sequence[int]) -> NewsPage:
    chance = random.Random(number)
    moment = BEGIN - dt.timedelta(days=number)
    project = projects[number % len(projects)]
    page = NewsPage(
        title=f"News {number}: {sentence(chance, words=6)}",
        slug=f"news-{number}",
        types=["NEWS", "OPEN_CALL"] if number % 10 == 3 else ["NEWS"],
        introduction=sentence(chance, words=35),
        published_on=moment.date(),
        author_id=people[number % len(people)].pk,
        project_id=project,
        picture_id=image,
        picture_alt="People at work",
        body=body(f"news-{number}", image=image, page=project),
        first_published_at=moment,
        last_published_at=moment,
    )
    if page.is_open_call:
        page.call_opens_at, page.call_closes_at = moment, dt.datetime(2099, 1, 1, tzinfo=dt.UTC)
        page.budget, page.maximum_grant, page.apply_url = 100_000, 5_000, "https://apply.example/"
    return page


def _projects(
    section: ProjectIndexPage,
    size: Size,
    images: Sequence[Image],
    organisations: Sequence[Organisation],
    programmes: Sequence[Programme],
) -> None:
    pages = [
        _project(number, images[-1 - number % len(images)].pk, section.pk)
        for number in range(size.projects)
    ]
    add_pages(section, pages)
    ProjectPartner.objects.bulk_create(
        ProjectPartner(
            page_id=page.pk,
            organisation=organisations[(number * 7 + place) % len(organisations)],
            role="COORDINATOR" if place == 0 else "PARTNER",
            sort_order=place,
        )
        for number, page in enumerate(pages)
        for place in range(size.partners)
    )
    through = ProjectPage.programmes.through
    through.objects.bulk_create(
        through(projectpage_id=page.pk, programme_id=programmes[(number + step) % 10].pk)
        for number, page in enumerate(pages)
        for step in range(2)
    )


def _project(number: int, image: int, linked: int) -> ProjectPage:
    chance = random.Random(f"project-{number}")
    moment = BEGIN - dt.timedelta(days=9 * number)
    return ProjectPage(
        title=f"Project {number}",
        slug=f"project-{number}",
        acronym=f"P{number}",
        summary=sentence(chance, words=35),
        starts_on=moment.date(),
        duration_months=24,
        objectives="\n".join(sentence(chance, words=10) for _line in range(4)),
        picture_id=image,
        picture_alt="People at work",
        body=body(f"project-{number}", image=image, page=linked),
        first_published_at=moment,
        last_published_at=moment,
    )


def _events(section: EventIndexPage, size: Size, images: Sequence[Image]) -> None:
    pages = []
    for number in range(size.events):
        starts_at = BEGIN + dt.timedelta(days=number)
        page = EventPage(
            title=f"Event {number}",
            slug=f"event-{number}",
            summary=sentence(random.Random(f"event-{number}"), words=35),
            starts_at=starts_at,
            ends_at=starts_at + dt.timedelta(hours=2),
            venue_name="Hall",
            venue_city="Sofia",
            venue_country="BG",
            body=body(f"event-{number}", image=images[0].pk, page=section.pk),
            first_published_at=BEGIN,
            last_published_at=BEGIN,
        )
        pages.append(page)
    add_pages(section, pages)


def _people(count: int, images: Sequence[Image]) -> list[Person]:
    return [
        factories.make_person(
            name=f"Person {number}",
            role_en="Manager",
            biography_en="Has run it for years.",
            shown=[PersonField.ROLE, PersonField.BIOGRAPHY, PersonField.PICTURE],
            picture=images[number],
            picture_alt="Somebody at work",
        )
        for number in range(count)
    ]


def _organisations(count: int) -> list[Organisation]:
    return Organisation.objects.bulk_create(
        Organisation(
            name=f"Organisation {number}",
            kind="SME",
            country=COUNTRIES[number % len(COUNTRIES)],
            website="https://organisation.example/",
        )
        for number in range(count)
    )


def _images(count: int) -> list[Image]:
    """Write rows of pictures and of the files made of them; the files themselves nobody reads."""
    images = Image.objects.bulk_create(
        Image(
            title=f"Picture {number}",
            file=f"original_images/{number}.jpg",
            width=2400,
            height=1600,
            credit="The cluster",
            file_size=1,
            file_hash=f"{number:040x}",
            collection_id=1,
        )
        for number in range(count)
    )
    Rendition.objects.bulk_create(
        (_rendition(image, made) for image in images for made in _files(image)), batch_size=500
    )
    return images


def _rendition(image: Image, made: Filter) -> Rendition:
    return Rendition(
        image=image,
        filter_spec=made.spec,
        focal_point_key=made.get_cache_key(image),
        width=720,
        height=405,
        file=f"images/{image.pk}.{made.spec.replace('|', '.')}.jpg",
    )


def _files(image: Image) -> list[Filter]:
    return [*(wanted.filter for wanted in wanted_files(image)), Filter(GRAPPLE_CARD)]
