"""A preview shows one draft among what is public, to one operation and nobody else."""

from typing import Any

import orjson
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import Collection, CollectionViewRestriction

from cms.api.pipeline import respond
from cms.publishing.models import PublishedItem
from cms.publishing.overlay import OutsideSites, overlay_of
from cms.publishing.reading.context import ReadContext
from cms.publishing.reading.items import Item
from cms.publishing.schema.projecting import ProjectionFailed
from cms.publishing.scopes import transaction
from news.models import NewsPage
from tests.factories import make_document, make_image, make_organisation, make_person
from tests.page_factories import (
    NOON,
    World,
    make_cluster,
    make_news,
    make_project,
    make_standard_page,
    make_world,
    translate,
)
from tests.publishing.published import row_of
from tests.visibility.test_nothing_written import rows

pytestmark = pytest.mark.django_db

ROUTE = """query ($path: String!, $locale: Locale) { route(path: $path, locale: $locale) { status page {
    title url path breadcrumbs { title } translations { locale url } seo { jsonLd }
    ... on NewsPage { introduction project { title } author { name } picture { alt }
        topics { code } related { title }
        body { ... on TextBlock { content { html } } ... on ImageBlock { caption } } }
    ... on ProjectPage { summary coordinator { name } news { totalCount } }
} } }"""

FILES = """query ($path: String!) { route(path: $path) { page { ... on NewsPage {
    picture { image { credit } } body { ... on DocumentBlock { document { title } } }
} } } }"""


@pytest.fixture
def world() -> World:
    return make_world()


def told(query: str, overlay: dict[str, Item] | None = None, **variables: Any) -> Any:
    body = orjson.dumps({"query": query, "variables": variables})
    answer = orjson.loads(respond(body, context=ReadContext(overlay=overlay)).body)
    assert "errors" not in answer, answer
    return answer["data"]


def at(path: str, overlay: dict[str, Item] | None = None, **variables: Any) -> Any:
    return told(ROUTE, overlay, path=path, **variables)["route"]


def edited(page: Any, **fields: Any) -> Any:
    """Save a revision that is not published, and return it as a page."""
    draft = page.get_latest_revision_as_object()
    for name, value in fields.items():
        setattr(draft, name, value)
    return draft.save_revision().as_object()


def test_a_new_draft_is_found_at_its_address(world: World) -> None:
    page = make_news(world.news, title="Draft", slug="draft", live=False)
    draft = edited(page, introduction="Not yet public")

    route = at("/news/draft/", overlay_of(draft))

    assert route["status"] == "OK"
    assert route["page"]["introduction"] == "Not yet public"
    assert route["page"]["url"] == "https://main.example/news/draft/"
    assert [above["title"] for above in route["page"]["breadcrumbs"]] == ["Cluster main", "News"]
    assert [t["locale"] for t in route["page"]["translations"]] == ["EN"]
    assert at("/news/draft/")["status"] == "NOT_FOUND"


def test_a_page_that_was_never_saved_is_found_too(world: World) -> None:
    parent = world.news.__class__.objects.get(pk=world.news.pk)
    page = NewsPage(
        title="New", slug="new", types=["NEWS"], introduction="x", published_on=NOON.date()
    )
    page.locale_id, page.depth = parent.locale_id, parent.depth + 1
    page.path = NewsPage._get_path(parent.path, page.depth, 1)
    page.set_url_path(parent)

    route = at("/news/new/", overlay_of(page))

    assert (route["status"], route["page"]["title"]) == ("OK", "New")
    assert page.pk is None


def test_a_live_page_is_seen_as_its_draft_says_everywhere(world: World) -> None:
    project = make_project(world.projects, title="Public title", slug="project")
    news = make_news(world.news, title="News", slug="news", project=project)
    overlay = overlay_of(edited(project, title="Draft title", slug="renamed"))

    found = at("/projects/renamed/", overlay)["page"]
    referred = at("/news/news/", overlay)["page"]["project"]
    listed = told("{ projects { totalCount nodes { title url } } }", overlay)["projects"]

    assert (found["title"], found["news"]) == ("Draft title", {"totalCount": 1})
    assert referred == {"title": "Draft title"}
    assert listed == {
        "totalCount": 1,
        "nodes": [{"title": "Draft title", "url": "https://main.example/projects/renamed/"}],
    }
    assert news.project_id == project.pk


def test_other_requests_see_nothing_of_it(world: World) -> None:
    project = make_project(world.projects, title="Public title", slug="project")
    make_news(world.news, title="News", slug="news", project=project)
    before = [at("/projects/project/"), at("/news/news/"), told("{ projects { nodes { title } } }")]

    at("/projects/project/", overlay_of(edited(project, title="Draft title")))

    after = [at("/projects/project/"), at("/news/news/"), told("{ projects { nodes { title } } }")]
    assert after == before


def test_what_a_draft_points_at_is_shown_only_if_it_is_public(world: World) -> None:
    hidden = make_project(world.projects, title="Hidden", live=False)
    other = make_news(world.news, title="Other draft", live=False)
    public = make_standard_page(world.cluster, title="Public", slug="public")
    image = make_image()
    page = make_news(world.news, title="Draft", slug="draft", live=False)
    links = "".join(f'<a linktype="page" id="{p.pk}">x</a>' for p in (hidden, other, public))
    blocks = [
        {"type": "text", "value": {"content": f"<p>{links}</p>"}, "id": "1"},
        {"type": "image", "value": {"image": 999999, "alt": "x", "caption": "lost"}, "id": "2"},
    ]
    draft = edited(
        page,
        project=hidden,
        author=make_person(consent_given=False),
        picture=image,
        picture_alt="A picture",
        body=orjson.dumps(blocks).decode(),
    )

    found = at("/news/draft/", overlay_of(draft))["page"]

    assert (found["project"], found["author"]) == (None, None)
    assert found["picture"] == {"alt": "A picture"}
    assert found["body"] == [
        {"content": {"html": '<p>xx<a href="https://main.example/public/">x</a></p>'}}
    ]


def test_a_draft_shows_the_files_that_would_become_public_with_it(world: World) -> None:
    private = Collection.get_first_root_node().add_child(name="Private")
    CollectionViewRestriction.objects.create(collection=private, restriction_type="login")
    image, document = make_image(credit="Ana"), make_document(title="Statute")
    secret = make_document(title="Secret", collection=private)
    page = make_news(world.news, title="Draft", slug="draft", live=False)
    blocks = [
        {"type": "document", "value": {"document": file.pk}, "id": str(file.pk)}
        for file in (document, secret)
    ]
    draft = edited(page, picture=image, picture_alt="A bridge", body=orjson.dumps(blocks).decode())
    before = rows()

    found = told(FILES, overlay_of(draft), path="/news/draft/")["route"]["page"]

    assert found["picture"]["image"]["credit"] == "Ana"
    assert found["body"] == [{"document": {"title": "Statute"}}]
    assert rows() == before
    assert row_of(image) is None


def test_an_expired_or_restricted_parent_does_not_stop_a_preview(world: World) -> None:
    parent = make_standard_page(world.cluster, title="Above", slug="above", live=False)
    page = make_standard_page(parent, title="Below", slug="below")

    found = at("/above/below/", overlay_of(page))

    assert (found["status"], found["page"]["title"]) == ("OK", "Below")
    assert [above["title"] for above in found["page"]["breadcrumbs"]] == ["Cluster main"]


def test_a_scheduled_page_is_seen_before_its_time(world: World) -> None:
    page = make_news(world.news, title="Later", slug="later", live=False, go_live_at=NOON)
    page.save_revision(approved_go_live_at=NOON)

    found = at("/news/later/", overlay_of(page.get_latest_revision_as_object()))

    assert (found["status"], found["page"]["title"]) == ("OK", "Later")


def test_a_draft_translation_is_seen_in_its_language(world: World) -> None:
    with transaction():
        project = make_project(world.projects, title="Project", slug="project")
        translate(world.projects, title="Проекти")
        translate(world.news, title="Новини")
        bulgarian = translate(project, live=False, title="Проект", slug="proekt")
        news = make_news(world.news, title="News", slug="news", project=project)
        translate(news, title="Новина", slug="novina")
    overlay = overlay_of(bulgarian)
    path = overlay[f"page:{bulgarian.pk}"].path

    found = at(path, overlay)["page"]
    english = at("/projects/project/", overlay)["page"]

    assert found["title"] == "Проект"
    assert [t["locale"] for t in found["translations"]] == ["BG", "EN"]
    assert [t["locale"] for t in english["translations"]] == ["BG", "EN"]
    query = "{ news(locale: BG) { nodes { title project { title } } } }"
    assert told(query, overlay)["news"]["nodes"] == [
        {"title": "Новина", "project": {"title": "Проект"}}
    ]
    assert told(query)["news"]["nodes"] == [{"title": "Новина", "project": {"title": "Project"}}]


def test_a_changed_translation_is_seen_from_its_language(world: World) -> None:
    with transaction():
        project = make_project(world.projects, title="Project", slug="project")
        translate(world.projects)
        translate(world.news)
        bulgarian = translate(project, title="Проект", slug="proekt")
        news = make_news(world.news, title="News", slug="news", project=project)
        translate(news, title="Новина", slug="novina")
    overlay = overlay_of(edited(bulgarian, title="Друг проект"))

    query = "{ news(locale: BG) { nodes { project { title } } } }"

    assert told(query, overlay)["news"]["nodes"] == [{"project": {"title": "Друг проект"}}]


def test_a_draft_wins_over_whatever_stands_at_its_address(world: World) -> None:
    make_news(world.news, title="Public", slug="one")
    page = make_news(world.news, title="Draft", slug="two", live=False)
    overlay = overlay_of(page)
    (item,) = overlay.values()
    item.path = "/news/one/"

    assert at("/news/one/", overlay)["page"]["title"] == "Draft"
    assert at("/news/one/")["page"]["title"] == "Public"


def test_a_preview_writes_nothing(world: World) -> None:
    partner = make_organisation()
    project = make_project(world.projects, slug="project", partners={partner: "COORDINATOR"})
    draft = edited(project, title="Draft")
    before = rows()

    with CaptureQueriesContext(connection) as captured:
        overlay = overlay_of(draft)
        at("/projects/project/", overlay)

    assert rows() == before
    assert {query["sql"].split()[0] for query in captured} == {"SELECT"}
    assert not PublishedItem.objects.filter(title="Draft").exists()


def test_reading_with_a_preview_reads_no_other_tables(world: World) -> None:
    overlay = overlay_of(make_news(world.news, title="Draft", slug="draft", live=False))

    with CaptureQueriesContext(connection) as captured:
        at("/news/draft/", overlay)

    assert len(captured) <= 5
    assert {"publishing_" in query["sql"] for query in captured} == {True}


def test_a_draft_that_cannot_be_published_says_which_field(world: World) -> None:
    page = make_news(world.news, title="Draft", live=False)
    page.types = ["NO_SUCH_TYPE"]

    with pytest.raises(ProjectionFailed) as caught:
        overlay_of(page)

    assert caught.value.field.startswith("types")


def test_a_page_outside_every_site_has_no_preview(world: World) -> None:
    with pytest.raises(OutsideSites):
        overlay_of(make_cluster(title="Nowhere"))
