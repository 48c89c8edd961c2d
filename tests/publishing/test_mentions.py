"""Whoever copies a thing hears when what it points at appears, goes, moves or gets another file."""

import uuid
from typing import Any

import pytest
from wagtail.contrib.redirects.models import Redirect

from cms.content.models import TermScheme
from cms.publishing.models import Mention, PublishedItem
from cms.publishing.protocols import parse_public_id, public_id
from home.models import SiteSettings
from tests.factories import make_document, make_image, make_term
from tests.page_factories import World, make_news, make_project, make_standard_page, translate
from tests.publishing.published import changed_keys, clock

pytestmark = pytest.mark.django_db


def body(text: str) -> Any:
    return [{"type": "text", "value": {"content": text}, "id": "a1b2"}]


def test_a_reference_that_goes_and_comes_back_is_announced_with_its_owner(world: World) -> None:
    project = make_project(world.projects)
    news = make_news(world.news, project=project)
    make_news(world.news)
    before = clock()

    project.unpublish()
    gone = clock()
    project.save_revision().publish()

    pair = {f"page:{project.pk}", f"page:{news.pk}"}
    assert set(changed_keys(after=before)) == pair
    assert clock() - gone == gone - before == len(pair)


def test_a_page_linked_in_a_text_that_moves_is_announced_with_the_text(world: World) -> None:
    target = make_standard_page(world.cluster, slug="old")
    link = f'<p><a linktype="page" id="{target.pk}">there</a></p>'
    news = make_news(world.news, body=body(link))
    before = clock()

    target.slug = "new"
    target.save_revision().publish()

    pages = [key for key in changed_keys(after=before) if key.startswith("page:")]
    assert set(pages) == {f"page:{target.pk}", f"page:{news.pk}"}


def test_a_translation_that_appears_is_announced_with_what_points_at_the_original(
    world: World,
) -> None:
    translate(world.projects)
    project = make_project(world.projects)
    news = make_news(world.news, project=project)
    before = clock()

    translated = translate(project, title="Проект")

    assert set(changed_keys(after=before)) == {f"page:{translated.pk}", f"page:{news.pk}"}


def test_a_picture_with_another_credit_is_announced_with_its_pages(world: World) -> None:
    image = make_image()
    news = make_news(world.news, picture=image, picture_alt="A bridge")
    before = clock()

    image.credit = "Somebody else"
    image.save()

    assert set(changed_keys(after=before)) == {f"image:{image.pk}", f"page:{news.pk}"}


def test_another_label_concerns_the_term_alone(world: World) -> None:
    topic = make_term(scheme=TermScheme.NEWS_TOPIC, code="AI")
    make_news(world.news, topics=[topic])
    before = clock()

    topic.label_en = "Something else"
    topic.save()

    assert changed_keys(after=before) == [f"term:{topic.pk}"]


def test_another_frontend_is_announced_with_everything_on_the_site(world: World) -> None:
    make_news(world.news)
    before = clock()

    settings = SiteSettings.objects.get(pk=world.settings.pk)
    settings.frontend_base_url = "https://new.example"
    settings.save()

    of_site = PublishedItem.objects.filter(site="main", visible=True)
    assert set(changed_keys(after=before)) == set(of_site.values_list("key", flat=True))


def test_what_is_hidden_points_at_nothing(world: World) -> None:
    news = make_news(world.news, project=make_project(world.projects))
    assert Mention.objects.filter(owner=f"page:{news.pk}").count() == 1

    news.unpublish()

    assert not Mention.objects.filter(owner=f"page:{news.pk}").exists()


@pytest.mark.parametrize("host", ["", "https://cms.example", "https://frontend.example"])
def test_an_address_of_a_file_in_a_text_points_at_the_file(world: World, host: str) -> None:
    document, image = make_document(), make_image()
    addresses = [f"{host}/files/{thing.public_id}/0123456789ab/x" for thing in (document, image)]
    text = "".join(f'<a href="{address}">x</a>' for address in addresses)

    news = make_news(world.news, body=body(f"<p>{text}</p>"))

    pointed_at = Mention.objects.filter(owner=f"page:{news.pk}").values_list("target", flat=True)
    assert set(pointed_at) == {f"document:{document.pk}", f"image:{image.pk}"}


def test_a_redirect_to_a_file_points_at_it(world: World) -> None:
    document = make_document()

    redirect = Redirect.objects.create(
        old_path="/statute", redirect_link=f"/files/{document.public_id}/0123456789ab/statute.pdf"
    )

    assert Mention.objects.filter(owner=f"redirect:{redirect.pk}").get().target == (
        f"document:{document.pk}"
    )


@pytest.mark.parametrize(
    "text",
    [
        "",
        "aW1hZ2UA",
        "aW1hZ2UAAAAAAAAAAAAAAAAAAAAAAB",  # the last sign has bits that no byte has
        public_id("page", uuid.UUID(int=7), locale="en"),
        "Straße",
    ],
)
def test_other_texts_are_no_public_id_of_a_file(text: str) -> None:
    assert parse_public_id(text) is None


def test_the_public_id_of_a_file_names_its_kind_and_uuid() -> None:
    identity = uuid.UUID(int=7)

    assert parse_public_id(public_id("image", identity)) == ("image", identity)
