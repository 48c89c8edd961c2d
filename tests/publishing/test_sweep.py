"""The sweep finds what no hook named, repairs it, and changes nothing the second time."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import Page

from cms.content.models import Image, Term
from cms.publishing import reconcile
from cms.publishing.models import Facet, Projection, PublishedItem
from cms.publishing.reconcile import reconcile_keys, sweep
from cms.publishing.scopes import Scope, suspended, transaction
from home.models import StandardPage
from news.models import NewsPage
from projects.models import ProjectPage, ProjectPartner
from tests.factories import make_image, make_organisation, make_programme, make_term
from tests.page_factories import (
    World,
    coordinator_and,
    make_event,
    make_news,
    make_project,
    make_public_image,
    make_standard_page,
)
from tests.publishing.published import (
    changed_keys,
    clock,
    document_of,
    everything,
    is_public,
    reason_of,
    row_of,
)


def broken(self: Any, info: Any = None) -> Any:
    raise ValueError("the picture is cursed")


def test_a_second_sweep_changes_nothing(world: World) -> None:
    make_project(world.projects)
    make_event(world.events)
    sweep()
    before = clock()

    outcome = sweep()

    assert (str(outcome), clock()) == ("0 changes", before)


def test_a_silent_update_of_a_row_is_found(world: World) -> None:
    page = make_standard_page(world.cluster)
    StandardPage.objects.filter(pk=page.pk).update(introduction="Silently")

    outcome = sweep()

    assert outcome.updated == [f"page:{page.pk}"]
    assert document_of(page)["introduction"] == "Silently"


def test_a_silent_update_of_a_parent_table_is_found(world: World) -> None:
    page = make_standard_page(world.cluster)
    Page.objects.filter(pk=page.pk).update(title="Silently")

    sweep()

    assert document_of(page)["title"] == "Silently"


def test_a_page_that_is_silently_no_longer_live_is_withdrawn(world: World) -> None:
    page = make_standard_page(world.cluster)
    below = make_standard_page(page)
    Page.objects.filter(pk=page.pk).update(live=False)

    outcome = sweep()

    assert outcome.withdrawn == [f"page:{page.pk}", f"page:{below.pk}"]


def test_a_silent_change_of_a_part_is_found(world: World) -> None:
    organisation, other = make_organisation(), make_organisation()
    page = make_project(world.projects, partners=coordinator_and(coordinator=organisation))
    ProjectPartner.objects.filter(page=page).update(organisation=other)

    outcome = sweep()

    assert outcome.updated == [f"page:{page.pk}"]
    assert document_of(page)["coordinator"] == f"organisation:{other.pk}"


def test_a_part_saved_or_deleted_outside_its_page_is_found_at_once(world: World) -> None:
    organisation, other = make_organisation(), make_organisation()
    page = make_project(world.projects, partners=coordinator_and(coordinator=organisation))

    part = ProjectPartner.objects.create(page=page, organisation=other, role="PARTNER")
    with_part = document_of(page)["partners"]
    part.delete()

    assert len(with_part) == 2
    assert len(document_of(page)["partners"]) == 1
    assert str(sweep()) == "0 changes"


def test_a_silent_change_of_a_many_to_many_relation_is_found(world: World) -> None:
    page: ProjectPage = make_project(world.projects)
    programme = make_programme()
    through = ProjectPage.programmes.through
    through.objects.bulk_create([through(projectpage_id=page.pk, programme_id=programme.pk)])

    outcome = sweep()

    assert outcome.updated == [f"page:{page.pk}"]
    assert document_of(page)["programmes"] == [f"programme:{programme.pk}"]


def test_drafting_is_not_mistaken_for_a_change(world: World) -> None:
    page: NewsPage = make_news(world.news)
    sweep()
    before = clock()

    page.title = "Draft"
    page.save_revision()
    Page.objects.filter(pk=page.pk).update(locked=True, draft_title="Draft")

    assert str(sweep()) == "0 changes"
    assert clock() == before


def test_things_that_were_silently_deleted_leave_tombstones(world: World) -> None:
    term = make_term()
    Term.objects.filter(pk=term.pk)._raw_delete(using="default")

    outcome = sweep()

    assert outcome.withdrawn == [f"term:{term.pk}"]
    assert PublishedItem.objects.get(key=f"term:{term.pk}").reason == "DELETED"
    assert not Projection.objects.filter(key=f"term:{term.pk}").exists()


def test_a_bulk_load_is_published_by_one_sweep(world: World) -> None:
    with suspended():
        pages = [make_news(world.news) for _ in range(3)]
    before = [row_of(page) for page in pages]

    outcome = sweep()

    assert before == [None] * 3
    assert outcome.published == [f"page:{page.pk}" for page in pages]


def test_one_kind_can_be_swept_alone(world: World) -> None:
    with suspended():
        term, page = make_term(), make_standard_page(world.cluster)

    outcome = sweep(kind="term")

    assert (outcome.published, row_of(page)) == ([f"term:{term.pk}"], None)


def test_a_sweep_projects_in_short_transactions(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reconcile, "BATCH", 2)
    with suspended():
        pages = [make_news(world.news) for _ in range(5)]

    with CaptureQueriesContext(connection) as queries:
        outcome = sweep()

    assert sorted(outcome.published) == sorted(f"page:{page.pk}" for page in pages)
    inserts = [q for q in queries if "INSERT INTO publishing_publisheditem" in q["sql"]]
    assert len(inserts) == 3
    assert str(sweep()) == "0 changes"


def test_lost_rows_are_rebuilt_equal(world: World) -> None:
    make_project(world.projects, partners=coordinator_and(coordinator=make_organisation()))
    make_event(world.events, picture=make_image(), picture_alt="A")
    sweep()
    before = everything()
    PublishedItem.objects.all().delete()
    Facet.objects.all().delete()
    Projection.objects.all().delete()

    sweep()

    assert everything() == before


def test_the_number_of_statements_does_not_depend_on_the_number_of_things(world: World) -> None:
    def statements() -> int:
        sweep()
        with CaptureQueriesContext(connection) as queries:
            assert str(sweep()) == "0 changes"
        return len(queries)

    few = [make_project(world.projects), make_news(world.news), make_event(world.events)]
    make_public_image()
    at_first = statements()
    for _ in range(20):
        make_news(world.news)
        make_term()
    for _ in range(5):
        make_project(world.projects)

    assert statements() == at_first
    assert len(few) == 3


def test_publishing_one_page_asks_the_same_however_many_there_are(world: World) -> None:
    page = make_news(world.news)

    def statements() -> int:
        page.save_revision().publish()
        with CaptureQueriesContext(connection) as queries:
            reconcile.reconcile(Scope(keys={f"page:{page.pk}"}))
        return len(queries)

    alone = statements()
    for _ in range(20):
        make_news(world.news)

    assert statements() == alone


# What cannot be projected


def test_a_failure_refuses_the_publish_and_names_the_field(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = make_standard_page(world.cluster, title="Before")
    monkeypatch.setattr(StandardPage, "picture_value", broken)
    page.title = "After"

    with pytest.raises(Exception, match=r"StandardPage\.picture cannot be published"):
        page.save_revision().publish()

    stored = StandardPage.objects.get(pk=page.pk)
    assert (stored.title, document_of(page)["title"]) == ("Before", "Before")


def test_in_a_sweep_the_old_document_stays_and_the_failure_is_recorded(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = make_standard_page(world.cluster, title="Before")
    Page.objects.filter(pk=page.pk).update(title="After")
    monkeypatch.setattr(StandardPage, "picture_value", broken)
    why = "StandardPage.picture cannot be published: the picture is cursed"

    first, second = sweep(), sweep()

    stored = Projection.objects.get(key=f"page:{page.pk}")
    assert (first.failed, second.failed) == ({f"page:{page.pk}": why}, {f"page:{page.pk}": why})
    assert (stored.error, stored.failed_at is None) == (why, False)
    assert document_of(page)["title"] == "Before"


def test_what_failed_is_public_as_soon_as_it_is_mended(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = make_standard_page(world.cluster)
    Page.objects.filter(pk=page.pk).update(title="After")
    with monkeypatch.context() as patch:
        patch.setattr(StandardPage, "picture_value", broken)
        sweep()

    page = StandardPage.objects.get(pk=page.pk)
    page.save()

    assert document_of(page)["title"] == "After"
    assert Projection.objects.get(key=f"page:{page.pk}").error == ""


def test_what_never_could_be_projected_stays_hidden(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    with suspended():
        page = make_standard_page(world.cluster)
    monkeypatch.setattr(StandardPage, "picture_value", broken)

    outcome = sweep()

    assert list(outcome.failed) == [f"page:{page.pk}"]
    assert row_of(page) is None


def test_a_failure_below_does_not_refuse_the_change_of_an_ancestor(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.news.unpublish()
    with suspended():
        below = make_news(world.news)
    monkeypatch.setattr(NewsPage, "picture_value", broken)

    type(world.news).objects.get(pk=world.news.pk).save_revision().publish()

    assert is_public(world.news)
    assert row_of(below) is None
    assert Projection.objects.get(key=f"page:{below.pk}").error


def test_the_failure_of_a_hidden_thing_is_forgotten(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = make_standard_page(world.cluster)
    Page.objects.filter(pk=page.pk).update(title="After")
    with monkeypatch.context() as patch:
        patch.setattr(StandardPage, "picture_value", broken)
        sweep()
        StandardPage.objects.get(pk=page.pk).unpublish()

    assert reason_of(page) == "UNPUBLISHED"
    assert not Projection.objects.exclude(error="").exists()


def test_a_picture_that_cannot_be_read_stops_no_other(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    images = [make_public_image(), make_public_image()]
    Image.objects.update(credit="Ana")
    original = Image.published_columns
    monkeypatch.setattr(
        Image,
        "published_columns",
        lambda self: original(self) if self.pk == images[1].pk else 1 / 0,
    )

    outcome = reconcile_keys([f"image:{image.pk}" for image in images])

    assert list(outcome.failed) == [f"image:{images[0].pk}"]
    assert [document_of(image)["credit"] for image in images] == [None, "Ana"]


# Transactions and scopes


def test_a_transaction_reconciles_once_and_last(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = make_standard_page(world.cluster)
    before = clock()

    with transaction():
        page.save_revision().publish()
        page.title = "Last"
        page.save_revision().publish()
        inside = document_of(page)["title"]

    assert inside != "Last"
    assert document_of(page)["title"] == "Last"
    assert changed_keys(after=before) == [f"page:{page.pk}"]


def test_a_transaction_that_fails_leaves_nothing(world: World) -> None:
    before = everything()

    def interrupted() -> None:
        with transaction():
            make_standard_page(world.cluster)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        interrupted()

    assert everything() == before
    assert str(sweep()) == "0 changes"


def test_publishing_in_a_shell_reconciles_once(world: World) -> None:
    page = make_standard_page(world.cluster)
    page.title = "Shell"

    with CaptureQueriesContext(connection) as queries:
        page.save_revision().publish()

    writes = [q for q in queries if "INSERT INTO publishing_publisheditem" in q["sql"]]
    assert len(writes) == 1
    assert document_of(page)["title"] == "Shell"
