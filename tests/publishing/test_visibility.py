"""Every state in which a thing is hidden, and the reason given for it."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.contrib.auth.models import Group
from django.utils import timezone
from wagtail.models import Collection, CollectionViewRestriction, Page, PageViewRestriction, Site

from cms.publishing import kinds
from cms.publishing.protocols import Placement, WithdrawalReason
from cms.publishing.visibility import placements
from home.models import StandardPage
from tests.factories import make_document, make_image, make_person, make_term
from tests.page_factories import (
    World,
    make_cluster,
    make_menu,
    make_news,
    make_page_with_files,
    make_standard_page,
    make_world,
    root,
)

HOUR = dt.timedelta(hours=1)


def place(thing: object, *, now: dt.datetime | None = None) -> Placement:
    kind, pk = kinds.split_key(kinds.key_of(thing) or "")  # type: ignore[arg-type]
    return placements(kind, pks=[pk], now=now or timezone.now())[pk]


@pytest.fixture
def page(world: World) -> StandardPage:
    parent = make_standard_page(world.cluster, slug="about")
    return make_standard_page(parent, slug="board")


def parent_of(page: Page) -> Page:
    return Page.objects.get(pk=page.get_parent().pk)


def draft(page: Page) -> None:
    Page.objects.filter(pk=page.pk).update(live=False)


def draft_parent(page: Page) -> None:
    draft(parent_of(page))


def expired(page: Page) -> None:
    Page.objects.filter(pk=page.pk).update(live=False, expired=True)


def expired_without_a_job(page: Page) -> None:
    Page.objects.filter(pk=page.pk).update(expire_at=timezone.now() - HOUR)


def parent_expired_without_a_job(page: Page) -> None:
    expired_without_a_job(parent_of(page))


def password(page: Page) -> None:
    PageViewRestriction.objects.create(page=page, restriction_type="password", password="x")


def login_on_parent(page: Page) -> None:
    PageViewRestriction.objects.create(page=parent_of(page), restriction_type="login")


def group_on_the_top(page: Page) -> None:
    restriction = PageViewRestriction.objects.create(page=root(), restriction_type="groups")
    restriction.groups.add(Group.objects.create(name="board"))


def site_not_public(page: Page) -> None:
    from home.models import SiteSettings

    SiteSettings.objects.update(is_public=False)


def language_not_public(page: Page) -> None:
    from home.models import SiteSettings

    SiteSettings.objects.update(public_languages=["bg"])


def no_site(page: Page) -> None:
    Site.objects.all().delete()


@pytest.mark.parametrize(
    ("hide", "reason"),
    [
        (draft, "UNPUBLISHED"),
        (draft_parent, "UNPUBLISHED"),
        (expired, "EXPIRED"),
        (expired_without_a_job, "EXPIRED"),
        (parent_expired_without_a_job, "EXPIRED"),
        (password, "RESTRICTED"),
        (login_on_parent, "RESTRICTED"),
        (group_on_the_top, "RESTRICTED"),
        (site_not_public, "SITE_HIDDEN"),
        (language_not_public, "SITE_HIDDEN"),
        (no_site, "MOVED"),
    ],
)
def test_a_page_is_hidden_for_a_reason(
    page: StandardPage, hide: Callable[[Page], None], reason: str
) -> None:
    before = place(page).reason

    hide(page)

    assert before is None
    assert place(page).reason == reason


def test_a_public_page_stands_at_its_path_in_its_site_and_language(page: StandardPage) -> None:
    found = place(page)

    assert found == Placement(
        reason=None,
        type_name="StandardPage",
        site="main",
        locale="en",
        path="/about/board/",
        translation_key=str(page.translation_key),
    )


def test_the_second_language_has_a_prefix(world: World) -> None:
    page = make_standard_page(world.cluster_bg, slug="za-nas")

    assert (place(world.cluster_bg).path, place(page).path) == ("/bg/", "/bg/za-nas/")


def test_a_page_belongs_to_the_innermost_site(world: World) -> None:
    inner = make_standard_page(world.cluster, slug="inner")
    page = make_standard_page(inner, slug="page")

    Site.objects.create(hostname="inner.example", root_page=inner, port=8080)

    assert (place(page).site, place(page).path) == ("inner.example-8080", "/page/")


def test_a_page_above_the_root_of_its_site_hides_nothing_by_being_a_draft(world: World) -> None:
    Page.objects.filter(depth=1).update(live=False)

    assert place(world.cluster).reason is None


def test_a_page_ends_with_the_first_of_its_ancestors(page: StandardPage) -> None:
    now = timezone.now()
    Page.objects.filter(pk=page.pk).update(expire_at=now + 3 * HOUR)
    Page.objects.filter(pk=parent_of(page).pk).update(expire_at=now + HOUR)

    found = place(page, now=now)

    assert (found.reason, found.valid_until, found.boundary_at) == (
        None,
        now + HOUR,
        now + HOUR,
    )


def test_an_embargo_hides_until_its_instant(world: World) -> None:
    now = timezone.now()
    page = make_news(world.news, embargo_until=now + HOUR)

    before, at = place(page, now=now), place(page, now=now + HOUR)

    assert (before.reason, before.boundary_at) == (WithdrawalReason.EMBARGOED, now + HOUR)
    assert (at.reason, at.boundary_at) == (None, None)


def test_a_page_without_a_public_type_has_no_place(world: World) -> None:
    plain = root().add_child(instance=Page(title="Plain", slug="plain"))

    assert placements(kinds.PAGE, pks=[plain.pk], now=timezone.now()) == {}


def test_what_does_not_exist_has_no_place(world: World) -> None:
    assert placements(kinds.PAGE, pks=[10**6], now=timezone.now()) == {}
    assert placements("term", pks=[10**6], now=timezone.now()) == {}


def test_naming_pages_and_reading_all_give_the_same_places(world: World) -> None:
    now = timezone.now()
    below = make_standard_page(make_standard_page(world.cluster))
    make_news(world.news)
    make_cluster()

    everything = placements(kinds.PAGE, pks=None, now=now)

    assert placements(kinds.PAGE, pks=list(everything), now=now) == everything
    assert placements(kinds.PAGE, pks=(), below=[world.cluster.pk], now=now) == {
        pk: place
        for pk, place in everything.items()
        if Page.objects.get(pk=pk).path.startswith(world.cluster.path)
    }
    assert below.pk in everything


def test_things_are_found_however_many_are_asked_for(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    terms = [make_term() for _ in range(4)]
    page = make_standard_page(world.cluster)
    monkeypatch.setattr("cms.publishing.visibility.MANY", 2)
    monkeypatch.setattr("cms.publishing.page_tree.MANY", 2)
    now = timezone.now()

    found = placements("term", pks=[term.pk for term in terms[:3]], now=now)
    pages = placements(
        kinds.PAGE, pks=[page.pk, world.news.pk], below=[world.cluster_bg.pk], now=now
    )

    assert set(found) == {term.pk for term in terms[:3]}
    assert set(pages) == {page.pk, world.news.pk, world.cluster_bg.pk}


def test_a_person_needs_consent_and_publication(db: None) -> None:
    shown, without, unpublished = (
        make_person(),
        make_person(consent_given=False),
        make_person(live=False),
    )

    assert [place(person).reason for person in (shown, without, unpublished)] == [
        None,
        "CONSENT",
        "UNPUBLISHED",
    ]


def test_a_snippet_expires_without_a_job(db: None) -> None:
    now = timezone.now()
    term = make_term(expire_at=now + HOUR)

    assert (place(term, now=now).reason, place(term, now=now).valid_until) == (None, now + HOUR)
    assert place(term, now=now + HOUR).reason == "EXPIRED"


@pytest.mark.parametrize("kind", ["password", "login", "groups"])
def test_files_of_a_private_collection_and_its_children_are_hidden(db: None, kind: str) -> None:
    private = Collection.get_first_root_node().add_child(name="Private")
    child = Collection.objects.get(pk=private.pk).add_child(name="Child")
    picture, paper = make_image(collection=private), make_document(collection=child)
    elsewhere = make_document()
    make_page_with_files(picture, paper, elsewhere)

    CollectionViewRestriction.objects.create(collection=private, restriction_type=kind)

    assert [place(thing).reason for thing in (picture, paper, elsewhere)] == [
        "RESTRICTED",
        "RESTRICTED",
        None,
    ]


def test_a_menu_stands_by_its_name_and_goes_with_its_site_and_language(world: World) -> None:
    menu = make_menu(world.site, [], name="FOOTER", language="bg")

    before = place(menu)
    world.settings.public_languages = ["en"]
    world.settings.save()

    assert (before.reason, before.site, before.locale, before.path) == (
        None,
        "main",
        "bg",
        "menu:FOOTER",
    )
    assert place(menu).reason == "SITE_HIDDEN"


def test_two_sites_keep_their_pages_apart(world: World) -> None:
    other = make_world(key="other", is_default=False, is_public=False)

    assert place(world.news).reason is None
    assert place(other.news).reason == "SITE_HIDDEN"
