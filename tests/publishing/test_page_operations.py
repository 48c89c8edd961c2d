"""Every operation of an editor on pages, and what the public sees after it."""

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Page, PageViewRestriction, Site
from wagtail.signals import page_slug_changed

from cms.publishing import scopes
from cms.publishing.models import Change, Facet, Projection, PublishedItem
from cms.publishing.reconcile import sweep
from cms.publishing.scopes import suspended, transaction
from home.models import StandardPage
from tests.page_factories import (
    World,
    add,
    locale,
    make_news,
    make_standard_page,
    make_world,
    root,
    translate,
)
from tests.publishing.published import (
    changed_keys,
    clock,
    document_of,
    is_public,
    path_of,
    reason_of,
    row_of,
)

HOUR = dt.timedelta(hours=1)


def fresh(page: Any) -> Any:
    return type(page).objects.get(pk=page.pk)


def publish(page: Any, **fields: Any) -> Any:
    for name, value in fields.items():
        setattr(page, name, value)
    page.save_revision().publish()
    return fresh(page)


@pytest.fixture
def branch(world: World) -> list[StandardPage]:
    """Return a page, its child and its grandchild."""
    top = make_standard_page(world.cluster, slug="top")
    middle = make_standard_page(top, slug="middle")
    return [top, middle, make_standard_page(middle, slug="leaf")]


@pytest.fixture(autouse=True)
def nothing_was_missed(db: None) -> Any:
    """Fail when hooks named too little: then the sweep finds something to write."""
    yield
    assert str(sweep()) == "0 changes"


def test_a_draft_is_not_public_until_it_is_published(world: World) -> None:
    page = make_standard_page(world.cluster, live=False, title="Secret")
    hidden = row_of(page)

    publish(page)

    assert hidden is None
    assert document_of(page)["title"] == "Secret"


def test_an_edit_waits_for_its_publication(world: World) -> None:
    page = publish(make_standard_page(world.cluster, title="Before"))
    before = clock()

    page.title = "After"
    page.save_revision()
    waiting = document_of(page)["title"], clock() - before
    publish(page)

    assert waiting == ("Before", 0)
    assert document_of(page)["title"] == "After"


def test_publishing_again_counts_one_change(world: World) -> None:
    page = publish(make_standard_page(world.cluster))
    before = clock()
    first = row_of(page)
    assert first is not None

    publish(page, title="Again")

    row = row_of(page)
    assert row is not None
    assert changed_keys(after=before) == [row.key]
    assert (row.change, row.version, clock()) == (Change.UPDATED, first.version + 1, before + 1)


def test_what_is_unpublished_leaves_a_tombstone_without_content(world: World) -> None:
    page = make_news(world.news, title="Canary", introduction="Canary")

    page.unpublish()

    row = row_of(page)
    assert row is not None
    assert (row.visible, row.reason, row.change) == (False, "UNPUBLISHED", Change.WITHDRAWN)
    texts = [row.head, row.tail, row.title, row.sort_title, row.summary, row.search_text]
    assert texts == [""] * 6
    assert (row.sort_at, row.starts_at, row.ends_at, row.valid_until) == (None,) * 4
    assert (row.public_id, row.type, row.locale) == (page.public_id, "NewsPage", "en")
    assert not Facet.objects.filter(key=row.key).exists()


def test_a_page_comes_back_under_the_same_id(world: World) -> None:
    page = make_news(world.news)
    page.unpublish()

    page = publish(fresh(page))

    row = row_of(page)
    assert row is not None
    assert (row.visible, row.reason, row.change, row.version) == (True, "", Change.PUBLISHED, 3)
    assert Facet.objects.filter(key=row.key).exists()


def test_unpublishing_a_page_hides_everything_below_it(branch: list[StandardPage]) -> None:
    branch[0].unpublish()

    assert [reason_of(page) for page in branch] == ["UNPUBLISHED"] * 3


def test_unpublishing_a_page_that_could_never_be_projected_hides_what_is_below(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    with suspended():
        top = make_standard_page(world.cluster, slug="top")
        below = make_standard_page(top)
    with monkeypatch.context() as patch:
        whole = StandardPage.picture_value
        patch.setattr(
            StandardPage,
            "picture_value",
            lambda self, info=None: 1 / 0 if self.slug == "top" else whole(self),
        )
        sweep()
        before = row_of(top), is_public(below)
        fresh(top).unpublish()

    assert before == (None, True)
    assert reason_of(below) == "UNPUBLISHED"


def test_publishing_a_parent_shows_what_is_below_it(branch: list[StandardPage]) -> None:
    branch[0].unpublish()

    publish(fresh(branch[0]))

    assert [is_public(page) for page in branch] == [True] * 3


def test_deleting_a_page_deletes_everything_below_it(branch: list[StandardPage]) -> None:
    keys = {f"page:{page.pk}" for page in branch}

    fresh(branch[0]).delete()

    rows = PublishedItem.objects.filter(key__in=keys)
    assert {(row.visible, row.reason) for row in rows} == {(False, "DELETED")}
    assert len(rows) == 3
    assert not Projection.objects.filter(key__in=keys).exists()


def test_what_was_never_public_leaves_nothing(world: World) -> None:
    page = make_standard_page(world.cluster, live=False)

    fresh(page).delete()

    assert not PublishedItem.objects.filter(key=f"page:{page.pk}").exists()


def test_moving_within_a_site_changes_the_paths_below(
    world: World, branch: list[StandardPage], django_capture_on_commit_callbacks: Any
) -> None:
    target = make_standard_page(world.cluster, slug="target")

    with django_capture_on_commit_callbacks(execute=True):
        fresh(branch[1]).move(fresh(target), pos="last-child")

    assert [path_of(page) for page in branch] == [
        "/top/",
        "/target/middle/",
        "/target/middle/leaf/",
    ]
    redirect = Redirect.objects.get(old_path="/top/middle/leaf")
    assert document_of(redirect)["target"] == f"page:{branch[2].pk}"


def test_reordering_pages_changes_nothing_public(branch: list[StandardPage], world: World) -> None:
    make_standard_page(world.cluster, slug="other")
    before = clock()

    fresh(branch[0]).move(fresh(world.cluster), pos="last-child")

    assert changed_keys(after=before) == []


def test_pages_that_shift_while_others_are_published_stay_right(
    branch: list[StandardPage], world: World
) -> None:
    other = make_standard_page(world.cluster, slug="other")
    below = make_standard_page(other, slug="below")

    with transaction():
        fresh(other).unpublish()
        fresh(branch[0]).move(fresh(world.cluster), pos="last-child")
        fresh(other).move(fresh(world.cluster), pos="first-child")

    assert (is_public(below), is_public(branch[2])) == (False, True)


def test_moving_to_another_site_changes_site_and_path(branch: list[StandardPage]) -> None:
    other = make_world(key="other", is_default=False)

    fresh(branch[0]).move(fresh(other.cluster), pos="last-child")

    rows = [row_of(page) for page in branch]
    assert [(row.site, row.path) for row in rows if row and row.visible] == [
        ("other", "/top/"),
        ("other", "/top/middle/"),
        ("other", "/top/middle/leaf/"),
    ]


def test_moving_out_of_every_site_hides(branch: list[StandardPage]) -> None:
    nowhere = add(root(), StandardPage(title="Nowhere", slug="nowhere", locale=locale("en")))

    fresh(branch[0]).move(nowhere, pos="last-child")

    assert [reason_of(page) for page in branch] == ["MOVED"] * 3


def test_a_new_slug_changes_the_paths_below_and_leaves_a_redirect(
    branch: list[StandardPage], django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        publish(fresh(branch[0]), slug="new")

    assert [path_of(page) for page in branch] == ["/new/", "/new/middle/", "/new/middle/leaf/"]
    redirects = Redirect.objects.order_by("old_path")
    assert [(r.old_path, document_of(r)["target"], path_of(r)) for r in redirects] == [
        ("/top", f"page:{branch[0].pk}", "/top"),
        ("/top/middle", f"page:{branch[1].pk}", "/top/middle"),
        ("/top/middle/leaf", f"page:{branch[2].pk}", "/top/middle/leaf"),
    ]


def test_redirects_come_with_their_rows_or_not_at_all(
    branch: list[StandardPage], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_scope: object) -> None:
        raise RuntimeError("killed here")

    monkeypatch.setattr(scopes, "_reconcile", [broken])
    with pytest.raises(RuntimeError):
        page_slug_changed.send(
            StandardPage, instance=renamed(branch[0], "new-top"), instance_before=fresh(branch[0])
        )

    assert not Redirect.objects.exists()


def renamed(page: Any, slug: str) -> Any:
    """Return a page as it would be under another slug, without saving it."""
    copy = fresh(page)
    copy.slug = slug
    copy.set_url_path(copy.get_parent())
    return copy


def test_the_redirect_of_a_translation_has_its_prefix(
    world: World, django_capture_on_commit_callbacks: Any
) -> None:
    page = make_standard_page(world.cluster_bg, slug="staro")

    with django_capture_on_commit_callbacks(execute=True):
        publish(page, slug="novo")

    assert path_of(page) == "/bg/novo/"
    assert path_of(Redirect.objects.get()) == "/bg/staro"


def test_a_slug_saved_without_a_revision_changes_the_paths_below_at_once(
    branch: list[StandardPage],
) -> None:
    page = fresh(branch[0])
    page.slug = "new"

    page.save()

    assert path_of(branch[2]) == "/new/middle/leaf/"


@pytest.mark.parametrize("kind", ["password", "login", "groups"])
def test_privacy_of_an_ancestor_hides_and_shows_again(
    branch: list[StandardPage], kind: str
) -> None:
    restriction = PageViewRestriction.objects.create(page=branch[0], restriction_type=kind)
    hidden = [reason_of(page) for page in branch]

    restriction.delete()

    assert hidden == ["RESTRICTED"] * 3
    assert [is_public(page) for page in branch] == [True] * 3


def test_showing_again_projects_nothing_anew(
    branch: list[StandardPage], monkeypatch: pytest.MonkeyPatch
) -> None:
    restriction = PageViewRestriction.objects.create(page=branch[0], restriction_type="login")
    monkeypatch.setattr("cms.publishing.projections.project", None)

    restriction.delete()

    assert [is_public(page) for page in branch] == [True] * 3


def test_a_translation_becomes_public_by_itself(world: World) -> None:
    page = make_standard_page(world.cluster, slug="about")
    copy = translate(page, live=False)
    hidden = is_public(copy)

    publish(copy, slug="za-nas", title="За нас")

    assert not hidden
    assert path_of(copy) == "/bg/za-nas/"
    assert document_of(page)["title"] != "За нас"
    rows = [row_of(page), row_of(copy)]
    assert len({row.translation_key for row in rows if row}) == 1
    assert len({row.public_id for row in rows if row}) == 2


def test_a_translation_made_anew_takes_over_the_public_id(world: World) -> None:
    page = make_standard_page(world.cluster, slug="about")
    first = translate(page)
    public_id = first.public_id
    fresh(first).delete()

    second = translate(fresh(page))

    row = PublishedItem.objects.get(public_id=public_id)
    assert (row.key, row.visible, row.version) == (f"page:{second.pk}", True, 3)
    assert not PublishedItem.objects.filter(key=f"page:{first.pk}").exists()


def test_an_id_that_a_page_gives_up_gets_a_tombstone(world: World) -> None:
    page = make_standard_page(world.cluster)
    old = page.public_id

    page.locale = locale("bg")
    page.save()

    left = PublishedItem.objects.get(public_id=old)
    assert (left.visible, left.reason, left.head) == (False, "MOVED", "")
    assert is_public(page)
    assert row_of(page).public_id == page.public_id  # type: ignore[union-attr]


def test_an_alias_follows_its_source(world: World) -> None:
    page = publish(make_standard_page(world.cluster, title="One", slug="source"))
    alias = page.create_alias(parent=fresh(world.cluster), update_slug="alias")
    before = document_of(alias)["title"], path_of(alias)

    page = publish(page, title="Two")
    after = document_of(alias)["title"]
    page.unpublish()

    assert before == ("One", "/alias/")
    assert after == "Two"
    assert [reason_of(thing) for thing in (page, alias)] == ["UNPUBLISHED"] * 2


def test_an_alias_in_another_language_shows_the_source(world: World) -> None:
    page = make_standard_page(world.cluster, title="One", slug="source")

    alias = page.copy_for_translation(locale("bg"), alias=True)

    assert (document_of(alias)["title"], path_of(alias)) == ("One", "/bg/source/")


def test_copying_a_tree_publishes_the_copies(branch: list[StandardPage], world: World) -> None:
    copy = fresh(branch[0]).copy(recursive=True, update_attrs={"slug": "copy"}, keep_live=True)

    leaf = Page.objects.get(url_path__endswith="/copy/middle/leaf/")
    assert (path_of(copy), path_of(leaf)) == ("/copy/", "/copy/middle/leaf/")


def test_another_root_moves_the_whole_site(world: World, branch: list[StandardPage]) -> None:
    site = Site.objects.get(pk=world.site.pk)
    site.root_page = fresh(branch[0])

    site.save()

    assert [path_of(page) for page in branch] == ["/", "/middle/", "/middle/leaf/"]
    assert reason_of(world.news) == "MOVED"


def test_a_deleted_site_hides_its_pages(branch: list[StandardPage], world: World) -> None:
    Site.objects.get(pk=world.site.pk).delete()

    assert [reason_of(page) for page in branch] == ["MOVED"] * 3


def test_expiry_of_an_ancestor_is_written_beside_each_page(branch: list[StandardPage]) -> None:
    ends = timezone.now() + HOUR

    publish(fresh(branch[0]), expire_at=ends)

    rows = [row_of(page) for page in branch]
    assert [row.valid_until for row in rows if row] == [ends] * 3


def test_an_address_too_long_for_the_table_is_not_published(world: World) -> None:
    parent = world.cluster
    for _ in range(9):
        parent = make_standard_page(parent, slug="x" * 250)

    assert row_of(parent) is None
    assert is_public(world.cluster)
