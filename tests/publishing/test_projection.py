"""A document holds a thing's own public fields; what it points at is recorded, never followed."""

import json
import re
from typing import Any

import orjson
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cms.publishing.projection import (
    Projected,
    dump_columns,
    load_columns,
    project,
    tail_fields,
)
from cms.publishing.protocols import Columns
from cms.publishing.reconcile import sweep
from cms.publishing.schema.projecting import ProjectionFailed, schema_digest
from cms.publishing.scopes import suspended
from home.models import StandardPage
from news.models import NewsPage
from projects.models import ProjectPage
from tests.factories import (
    make_document,
    make_image,
    make_organisation,
    make_person,
    make_programme,
    make_term,
)
from tests.page_factories import (
    NOON,
    World,
    coordinator_and,
    make_event,
    make_news,
    make_project,
    make_standard_page,
)
from tests.publishing.published import document_of, is_public


def body(**blocks: Any) -> str:
    return json.dumps(
        [{"type": kind, "value": value, "id": f"id-{kind}"} for kind, value in blocks.items()]
    )


def whole(projected: Projected) -> dict[str, Any]:
    document: dict[str, Any] = orjson.loads(projected.head or "{}")
    return document | orjson.loads(projected.tail or "{}")


def statements_of(instance: Any) -> list[str]:
    fresh = type(instance).objects.get(pk=instance.pk)
    with CaptureQueriesContext(connection) as queries:
        project(fresh)
    return [query["sql"] for query in queries]


def test_a_standard_page_is_its_own_fields_and_its_body_apart(world: World) -> None:
    page = make_standard_page(
        world.cluster,
        title="About",
        introduction="Who we are.",
        first_published_at=NOON,
        last_published_at=NOON,
        body=body(heading={"text": "Mission", "level": "2"}),
    )

    projected = project(page)

    assert orjson.loads(projected.head) == {
        "id": page.public_id,
        "title": "About",
        "publishedAt": "2026-03-02T12:00:00+00:00",
        "updatedAt": "2026-03-02T12:00:00+00:00",
        "picture": None,
        "seoTitle": "",
        "searchDescription": "",
        "introduction": "Who we are.",
    }
    assert orjson.loads(projected.tail) == {
        "body": [
            {
                "__typename": "HeadingBlock",
                "id": "id-heading",
                "text": "Mission",
                "level": 2,
                "anchor": "mission",
            }
        ]
    }


def test_choosers_in_blocks_become_keys_even_of_things_that_do_not_exist(world: World) -> None:
    page = make_standard_page(
        world.cluster,
        body=body(
            project={"project": 901},
            event={"event": 902},
            document={"document": 903},
            image={"image": 904, "alt": "A bridge", "is_decorative": False, "caption": ""},
            link={"text": "There", "page": 905, "address": ""},
        ),
    )

    blocks = {block["__typename"]: block for block in whole(project(page))["body"]}

    assert blocks["ProjectTeaserBlock"]["project"] == "page:901"
    assert blocks["EventTeaserBlock"]["event"] == "page:902"
    assert blocks["DocumentBlock"]["document"] == "document:903"
    assert "image:904" in json.dumps(blocks["ImageBlock"])
    assert "page:905" in json.dumps(blocks["LinkBlock"])


def test_rich_text_is_a_sanitised_template_with_keys(world: World) -> None:
    text = '<p>See <a linktype="page" id="12">it</a>.<script>alert(1)</script></p>'
    page = make_standard_page(world.cluster, body=body(text={"content": text}))

    (block,) = whole(project(page))["body"]

    assert "page:12" in json.dumps(block)
    assert "script" not in json.dumps(block)


def test_a_project_is_projected_without_loading_what_it_points_at(world: World) -> None:
    organisations = [make_organisation(), make_organisation()]
    page: ProjectPage = make_project(
        world.projects,
        partners=coordinator_and(organisations[1], coordinator=organisations[0]),
        picture=make_image(),
        picture_alt="A bridge",
    )
    programme = make_programme()
    page.programmes.set([programme])
    page.save()

    statements = statements_of(page)

    document = whole(project(page))
    assert document["coordinator"] == f"organisation:{organisations[0].pk}"
    assert [part["organisation"] for part in document["partners"]] == [
        f"organisation:{organisation.pk}" for organisation in organisations
    ]
    assert document["programmes"] == [f"programme:{programme.pk}"]
    assert document["picture"]["image"] == f"image:{page.picture_id}"
    assert [sql for sql in statements if "content_organisation" in sql] == []
    assert [sql for sql in statements if 'FROM "content_image"' in sql] == []


def test_a_news_item_is_projected_without_loading_what_it_points_at(world: World) -> None:
    item: NewsPage = make_news(
        world.news, project=make_project(world.projects), picture=make_image(), picture_alt="A"
    )
    item.topics.set([make_term(), make_term()])
    item.documents.create(document=make_document())
    item.save()

    statements = statements_of(item)

    assert [sql for sql in statements if '"projects_projectpage"' in sql] == []
    assert [sql for sql in statements if '"content_document"' in sql] == []
    assert [sql for sql in statements if '"content_image"' in sql] == []


def test_targets_of_many_to_many_fields_are_not_read_but_for_their_number(world: World) -> None:
    item: NewsPage = make_news(world.news)
    item.topics.set([make_term(label_en="Never read")])
    item.save()

    statements = statements_of(item)

    assert [sql for sql in statements if "label_en" in sql] == []


def test_an_event_keeps_the_order_of_its_organisers(world: World) -> None:
    first, second = make_organisation(), make_organisation()
    event = make_event(world.events)
    event.organisers.create(organisation=second, sort_order=0)
    event.organisers.create(organisation=first, sort_order=1)
    event.save()

    document = whole(project(type(event).objects.get(pk=event.pk)))

    assert document["organisers"] == [f"organisation:{second.pk}", f"organisation:{first.pk}"]


def test_a_person_shows_only_what_was_agreed_to(db: None) -> None:
    person = make_person(name="Ana", email="ana@example.org", organisation=make_organisation())

    document = whole(project(person))

    assert document["name"] == "Ana"
    assert document["email"] is None
    assert document["organisation"] == f"organisation:{person.organisation_id}"


def test_the_tail_holds_rich_text_and_blocks() -> None:
    assert tail_fields("StandardPage") == {"body"}
    assert tail_fields("Term") == frozenset()


def test_a_field_that_fails_is_named(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(self: Any, info: Any = None) -> Any:
        raise ValueError("the picture is cursed")

    page = make_standard_page(world.cluster)
    monkeypatch.setattr(StandardPage, "picture_value", broken)

    with pytest.raises(ProjectionFailed) as failure:
        project(page)

    assert str(failure.value) == ("StandardPage.picture cannot be published: the picture is cursed")
    assert failure.value.field == "picture"


@pytest.mark.parametrize(
    ("columns", "why"),
    [
        (Columns(facets=(("x" * 33, "v"),)), "is too long"),
        (Columns(facets=(("topic", "v" * 129),)), "the facet topic is too long"),
        (Columns(starts_at=NOON.replace(tzinfo=None)), "an instant has no time zone"),
        (Columns(boundaries=(NOON.replace(tzinfo=None),)), "an instant has no time zone"),
    ],
)
def test_columns_that_the_table_cannot_hold_are_refused(
    world: World, monkeypatch: pytest.MonkeyPatch, columns: Columns, why: str
) -> None:
    page = make_standard_page(world.cluster)
    monkeypatch.setattr(StandardPage, "published_columns", lambda self: columns)

    with pytest.raises(ProjectionFailed, match=why):
        project(page)


def test_an_unforeseen_error_names_the_columns(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = make_standard_page(world.cluster)
    monkeypatch.setattr(StandardPage, "published_columns", lambda self: 1 / 0)

    with pytest.raises(ProjectionFailed, match=r"published_columns .*division by zero"):
        project(page)


def test_columns_come_back_as_they_were_written() -> None:
    columns = Columns(
        title="Заглавие",
        summary="S",
        sort_at=NOON,
        starts_at=NOON,
        ends_at=None,
        boundaries=(NOON,),
        facets=(("topic", "A"), ("topic", "B")),
        search_text="words",
    )

    assert load_columns(dump_columns(columns)) == columns


@pytest.mark.parametrize(
    "raw",
    [
        '{"type": "gone", "value": {}}',
        '{"type": "gallery", "value": {"pictures": []}}',
        '{"type": "gallery", "value": {"pictures": null}}',
    ],
)
def test_a_block_that_says_nothing_keeps_the_others_public(world: World, raw: str) -> None:
    good = '{"type": "quote", "value": {"quotation": "Good", "attribution": ""}, "id": "q"}'
    page = make_standard_page(world.cluster)
    StandardPage.objects.filter(pk=page.pk).update(body=f"[{raw}, {good}]")

    document = whole(project(StandardPage.objects.get(pk=page.pk)))

    assert document["body"][-1]["quotation"] == "Good"


@pytest.mark.parametrize(
    "raw",
    [
        "null",
        '"text"',
        '{"type": "project", "value": {"project": null}}',
        '{"type": "heading", "value": null}',
        '{"type": "heading"}',
        '{"value": {}}',
        '{"type": "heading", "value": "text"}',
        '{"type": "heading", "value": {"text": "A", "level": "many"}}',
        '{"type": "gallery", "value": {"pictures": 7}}',
        '{"type": "gallery", "value": {"pictures": [null, 3]}}',
        '{"type": "project", "value": {"project": "twelve"}}',
        '{"type": "project", "value": []}',
        '{"type": "table", "value": {"table": "x"}}',
        '{"type": "facts", "value": {"facts": {"a": 1}}}',
    ],
)
def test_a_broken_stored_body_stops_its_own_page_alone(world: World, raw: str) -> None:
    broken, good = make_standard_page(world.cluster), make_standard_page(world.cluster)
    StandardPage.objects.filter(pk=broken.pk).update(title="Broken", body=f"[{raw}]")
    StandardPage.objects.filter(pk=good.pk).update(title="Good")

    outcome = sweep()

    assert document_of(good)["title"] == "Good"
    assert set(outcome.failed) <= {f"page:{broken.pk}"}
    assert is_public(broken)


def test_the_schema_has_one_digest() -> None:
    assert schema_digest() == schema_digest()
    assert re.fullmatch("[0-9a-f]{32}", schema_digest())


def test_things_of_one_type_are_loaded_together(db: None) -> None:
    def loading(count: int) -> int:
        with suspended():
            for _ in range(count):
                make_programme()
        with CaptureQueriesContext(connection) as queries:
            assert len(sweep().published) >= count
        return sum("content_programme" in query["sql"] for query in queries)

    sweep()

    assert loading(30) == loading(3)
