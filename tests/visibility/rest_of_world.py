"""Fill what the contract's world leaves empty, so that every public field has a value somewhere."""

import datetime as dt

from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Page

from cms.content.models import Document, Image, Organisation, Person, Programme, Term
from cms.publishing import kinds
from home.models import ClusterPage, Menu
from home.models.cluster_parts import ClusterLabel, Composition, KeyFigure
from news.models import EventIndexPage, EventPage, NewsIndexPage, NewsPage
from news.models.events import EventDocument
from projects.models import ProjectIndexPage
from tests.contract.every_block import every_block
from tests.contract.whole_world import WholeWorld
from tests.page_factories import make_menu, make_standard_page


def fill(whole: WholeWorld) -> None:
    """Give every public field a value on at least one public thing."""
    _fill_things(whole)
    _fill_sections(whole)
    _fill_pages(whole)
    _fill_profile(whole)
    _fill_aliases(whole)
    Redirect.objects.create(old_path="/moved", redirect_page=whole.article)
    if not Menu.objects.filter(site=whole.world.site, locale__language_code="bg").exists():
        make_menu(whole.world.site, [], language="bg", name="FOOTER")


def _fill_aliases(whole: WholeWorld) -> None:
    """Show a page of each type at a second address."""
    cluster = Page.objects.get(pk=whole.world.cluster.pk)
    for model in kinds.page_models():
        source = model.objects.filter(alias_of=None, live=True).first()
        source.create_alias(parent=cluster, update_slug=f"again-{model.__name__.lower()}")
        cluster.refresh_from_db()


def _fill_things(whole: WholeWorld) -> None:
    pool = whole.pool
    image = Image.objects.get(pk=pool.images[0].pk)
    image.licence, image.focal_point_x, image.focal_point_y = "CC BY 4.0", 10, 10
    image.focal_point_width = image.focal_point_height = 4
    image.save()
    document = Document.objects.get(pk=pool.documents[0].pk)
    document.language = "en"
    document.save()
    programme = Programme.objects.get(pk=pool.programmes[0].pk)
    programme.website = "https://programme.example/"
    programme.save()
    organisation = Organisation.objects.get(pk=pool.organisations[0].pk)
    organisation.local_name = "Организация"
    organisation.save()
    person = Person.objects.get(pk=pool.people[0].pk)
    person.local_name, person.organisation = "Лице", organisation
    person.save()
    first, second = (Term.objects.get(pk=term.pk) for term in pool.topics[:2])
    second.broader, second.version = first, "2026"
    second.save()


def _fill_sections(whole: WholeWorld) -> None:
    picture = {"picture": whole.pool.images[0], "picture_alt": "A picture"}
    for model in (NewsIndexPage, EventIndexPage, ProjectIndexPage):
        for page in model.objects.all():
            page.introduction = "What there is."
            for name, value in picture.items():
                setattr(page, name, value)
            page.save()
    make_standard_page(
        whole.world.cluster,
        title="About this site",
        slug="about",
        introduction="What it is.",
        body=_body(whole),
        **picture,
    )


def _body(whole: WholeWorld) -> str:
    pool = whole.pool
    return (
        every_block(pool.images, pool.documents, project=whole.projects[0], event=whole.events[0])
        .replace('"source": ""', '"source": "A register"')
        .replace('"caption": ""', '"caption": "Us"')
    )


def _fill_pages(whole: WholeWorld) -> None:
    project = type(whole.projects[0]).objects.get(pk=whole.projects[0].pk)
    project.body = _body(whole)
    project.save()
    event = EventPage.objects.get(pk=whole.events[0].pk)
    event.body, event.participants_note = _body(whole), "Forty people"
    event.picture, event.picture_alt = whole.pool.images[0], "A hall"
    event.documents.set([EventDocument(document=whole.pool.documents[0])])
    event.save()
    news = NewsPage.objects.get(pk=whole.news[0].pk)
    news.canonical_url = "https://elsewhere.example/first"
    news.save()


def _fill_profile(whole: WholeWorld) -> None:
    page = ClusterPage.objects.get(pk=whole.world.cluster.pk)
    page.legal_form = "Foundation"
    page.compositions.add(
        Composition(
            as_of=dt.date(2027, 1, 1),
            source="Register",
            members=9,
            smes=1,
            large_companies=1,
            research_organisations=1,
            other_actors=1,
            start_ups=1,
        )
    )
    day = dt.date(2026, 1, 1)
    page.observations.add(KeyFigure(metric="Members", value="10", as_of=day, source="Text"))
    page.labels.set(
        [ClusterLabel(level="GOLD", issuer="X", awarded_on=day, valid_until=dt.date(2029, 1, 1))]
    )
    page.save()
