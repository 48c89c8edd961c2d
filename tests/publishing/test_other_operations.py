"""Snippets, pictures, documents, collections, menus, redirects and settings."""

import datetime as dt
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Collection, CollectionViewRestriction, Site

from cms.content.models import Document, Image, PersonField, Term
from cms.publishing.models import PublishedItem
from cms.publishing.reconcile import sweep, tick
from home.models import Menu, SiteSettings, SocialLink
from tests.factories import (
    make_image,
    make_organisation,
    make_person,
    make_term,
    picture_file,
)
from tests.page_factories import (
    World,
    make_menu,
    make_news,
    make_public_document,
    make_public_image,
    make_standard_page,
    make_world,
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


def fresh(thing: Any) -> Any:
    return type(thing).objects.get(pk=thing.pk)


@pytest.fixture(autouse=True)
def nothing_was_missed(db: None) -> Any:
    """Fail when hooks named too little: then the sweep finds something to write."""
    # The vocabulary comes with a migration, which tells nobody.
    sweep()
    yield
    assert str(sweep()) == "0 changes"


# Snippets


def test_a_snippet_is_drafted_published_unpublished_and_deleted(db: None) -> None:
    term = make_term(label_en="Draft", live=False)
    seen: list[Any] = [row_of(term)]

    term.save_revision().publish()
    seen.append(document_of(term)["label"])
    fresh(term).unpublish()
    seen.append(reason_of(term))
    fresh(term).save_revision().publish()
    fresh(term).delete()

    assert seen == [None, {"en": "Draft"}, "UNPUBLISHED"]
    assert PublishedItem.objects.get(key=f"term:{term.pk}").reason == "DELETED"


def test_a_draft_of_a_public_snippet_stays_hidden(db: None) -> None:
    term = make_term(label_en="Before")
    before = clock()

    term.label_en = "After"
    term.save_revision()

    assert (document_of(term)["label"], clock()) == ({"en": "Before"}, before)


def test_consent_that_is_withdrawn_takes_the_person_down(db: None) -> None:
    person = make_person()

    person.consent_given, person.consent_on = False, None
    person.save()

    row = row_of(person)
    assert row is not None
    assert (row.visible, row.reason, row.head, row.title) == (False, "CONSENT", "", "")


def test_consent_that_is_given_shows_the_person(db: None) -> None:
    person = make_person(consent_given=False)
    before = row_of(person)

    person.consent_given, person.consent_on = True, dt.date(2026, 1, 1)
    person.save()

    assert before is None
    assert is_public(person)


def test_renaming_what_pages_point_at_changes_that_alone(world: World) -> None:
    term = make_term()
    item = make_news(world.news)
    item.topics.set([term])
    item.save()
    before = clock()

    term.label_en = "Renamed"
    term.save()

    assert changed_keys(after=before) == [f"term:{term.pk}"]


def test_deleting_what_a_page_points_at_changes_the_page_too(world: World) -> None:
    term = make_term()
    item = make_news(world.news)
    item.topics.set([term])
    item.save()

    term.delete()

    assert document_of(item)["topics"] == []


def test_deleting_a_picture_changes_the_pages_that_use_it(world: World) -> None:
    image = make_image()
    page = make_standard_page(world.cluster, picture=image, picture_alt="A bridge")
    person = make_person(picture=image, picture_alt="Ana", shown=[PersonField.PICTURE])
    before = clock()

    image_key = f"image:{image.pk}"
    image.delete()

    assert set(changed_keys(after=before)) == {image_key, f"page:{page.pk}", f"person:{person.pk}"}
    assert document_of(page)["picture"] is None
    assert document_of(person)["picture"] is None


# Pictures and documents


def test_a_picture_is_public_with_its_files(db: None) -> None:
    image = make_public_image()

    renditions = document_of(image)["renditions"]

    assert set(renditions) == {"AVATAR", "CARD", "CONTENT", "HERO"}
    assert "original_images" not in str(document_of(image))


def test_another_file_changes_the_picture_and_its_renditions(db: None) -> None:
    image = make_public_image()
    before = document_of(image)

    image.file = picture_file(name="other.jpg", size=(80, 40))
    image.save()

    after = document_of(image)
    assert (before["width"], after["width"]) == (64, 80)
    assert before["renditions"] != after["renditions"]


def test_another_focal_point_changes_the_picture(db: None) -> None:
    image = make_public_image()

    image.focal_point_x, image.focal_point_y = 32, 12
    image.focal_point_width = image.focal_point_height = 4
    image.save()

    assert document_of(image)["focalPoint"] == {"x": 0.5, "y": 0.25}


def test_a_rendition_that_the_admin_makes_for_itself_changes_nothing(db: None) -> None:
    image = make_public_image()
    before = clock()

    image.get_rendition("max-165x165")
    sweep()

    assert clock() == before


def test_a_lost_rendition_is_no_longer_announced(db: None) -> None:
    image = make_public_image()
    name = document_of(image)["renditions"]["CARD"][0]["file"]

    image.renditions.get(file=name).delete()

    assert name not in str(document_of(image))


def test_deleted_files_leave_tombstones(db: None) -> None:
    image, document = make_public_image(), make_public_document()

    keys = [f"image:{image.pk}", f"document:{document.pk}"]
    image.delete()
    document.delete()

    rows = PublishedItem.objects.filter(key__in=keys)
    assert [(row.visible, row.reason) for row in rows] == [(False, "DELETED")] * 2


def test_another_file_changes_the_document(db: None) -> None:
    document = make_public_document()
    before = document_of(document)["checksum"]

    document.file = ContentFile(b"%PDF-1.7 other", name="other.pdf")
    document.save()

    assert document_of(document)["checksum"] != before


@pytest.fixture
def collections(db: None) -> list[Collection]:
    """Return a collection and the one inside it."""
    outer = Collection.get_first_root_node().add_child(name="Outer")
    return [outer, Collection.objects.get(pk=outer.pk).add_child(name="Inner")]


def test_a_collection_made_private_hides_its_files_and_those_of_its_children(
    collections: list[Collection],
) -> None:
    things: list[Any] = [
        make_public_image(collection=collections[0]),
        make_public_document(collection=collections[1]),
    ]

    restriction = CollectionViewRestriction.objects.create(
        collection=collections[0], restriction_type="login"
    )
    hidden = [reason_of(thing) for thing in things]
    restriction.delete()

    assert hidden == ["RESTRICTED"] * 2
    assert [is_public(thing) for thing in things] == [True] * 2


def test_a_collection_moved_into_a_private_one_hides_its_files(
    collections: list[Collection],
) -> None:
    private = Collection.get_first_root_node().add_child(name="Private")
    CollectionViewRestriction.objects.create(collection=private, restriction_type="login")
    image = make_public_image(collection=collections[1])
    moved = fresh(collections[0])

    moved.move(fresh(private), "sorted-child")
    fresh(moved).save()

    assert reason_of(image) == "RESTRICTED"


@pytest.mark.parametrize("make", [make_public_image, make_public_document])
def test_a_bulk_action_into_a_private_collection_hides(
    admin: Client, collections: list[Collection], make: Any
) -> None:
    thing = make()
    CollectionViewRestriction.objects.create(collection=collections[0], restriction_type="login")
    app = "wagtailimages" if isinstance(thing, Image) else "wagtaildocs"
    model = "content/image" if isinstance(thing, Image) else "content/document"
    url = f"/admin/bulk/{model}/add_to_collection/?id={thing.pk}"

    answer = admin.post(url, {"collection": collections[1].pk, "next": reverse(f"{app}:index")})

    assert answer.status_code == 302
    assert fresh(thing).collection_id == collections[1].pk
    assert reason_of(thing) == "RESTRICTED"


def test_a_bulk_deletion_leaves_tombstones(admin: Client) -> None:
    document: Document = make_public_document()
    key = f"document:{document.pk}"

    admin.post(f"/admin/bulk/content/document/delete/?id={document.pk}", {"next": "/admin/"})

    assert not Document.objects.filter(pk=document.pk).exists()
    assert PublishedItem.objects.get(key=key).reason == "DELETED"


# Menus, redirects, sites and settings


def test_a_menu_is_made_changed_and_deleted(world: World) -> None:
    menu: Menu = make_menu(world.site, [{"text": "News", "page": world.news.pk}])
    first = document_of(menu)["items"]

    menu.items = []
    menu.save()
    second = document_of(menu)["items"]
    menu_key = f"menu:{menu.pk}"
    menu.delete()

    assert [(item["label"], item["page"]) for item in first] == [("News", f"page:{world.news.pk}")]
    assert second == []
    assert PublishedItem.objects.get(key=menu_key).reason == "DELETED"


def test_a_redirect_is_made_changed_and_deleted(world: World) -> None:
    redirect = Redirect.objects.create(old_path="/old", redirect_link="https://example.org/")
    first = document_of(redirect), path_of(redirect)

    redirect.redirect_link, redirect.redirect_page = "", world.news
    redirect.site = world.site
    redirect.save()
    second = document_of(redirect)
    key = f"redirect:{redirect.pk}"
    redirect.delete()

    document = {"target": None, "address": "https://example.org/", "isPermanent": True}
    assert first == (document, "/old")
    assert second["target"] == f"page:{world.news.pk}"
    assert PublishedItem.objects.get(key=key).reason == "DELETED"


def test_another_key_moves_everything_of_the_site(world: World) -> None:
    page = make_standard_page(world.cluster)
    menu = make_menu(world.site, [])
    ids = [row_of(thing).public_id for thing in (page, menu, world.site)]  # type: ignore[union-attr]

    world.settings.site_key = "renamed"
    world.settings.save()

    rows = [row_of(thing) for thing in (page, menu, world.settings, world.site)]
    assert [(row.visible, row.site) for row in rows if row] == [(True, "renamed")] * 4
    assert [row_of(t).public_id for t in (page, menu, world.site)] == ids  # type: ignore[union-attr]
    assert document_of(world.site)["key"] == "renamed"


def test_a_site_that_is_not_public_takes_its_own_things_along(world: World) -> None:
    other = make_world(key="other", is_default=False)
    menu = make_menu(world.site, [])
    redirect = Redirect.objects.create(old_path="/x", site=world.site, redirect_link="/y")
    everywhere = Redirect.objects.create(old_path="/z", redirect_link="/y")
    term = make_term()

    world.settings.is_public = False
    world.settings.save()

    gone = (world.cluster, world.news, menu, redirect, world.settings, world.site)
    assert [reason_of(thing) for thing in gone] == ["SITE_HIDDEN"] * 6
    stays = (term, everywhere, other.cluster, other.settings, other.site)
    assert [is_public(thing) for thing in stays] == [True] * 5


def test_a_language_that_is_not_public_hides_its_pages_and_menus(world: World) -> None:
    menu = make_menu(world.site, [], language="bg")
    page = make_standard_page(world.cluster_bg)

    world.settings.public_languages = ["en"]
    world.settings.save()

    assert [reason_of(thing) for thing in (world.cluster_bg, page, menu)] == ["SITE_HIDDEN"] * 3
    assert is_public(world.cluster)


def test_a_row_of_the_settings_is_part_of_them(world: World) -> None:
    link = SocialLink.objects.create(
        settings=world.settings, network="LINKEDIN", url="https://linkedin.example/x"
    )
    with_link = document_of(world.settings)["socialLinks"]
    link.delete()

    assert [part["url"] for part in with_link] == ["https://linkedin.example/x"]
    assert document_of(world.settings)["socialLinks"] == []


def test_settings_made_later_name_the_site(db: None) -> None:
    site = Site.objects.get()
    unnamed = document_of(site)["key"]

    SiteSettings.objects.create(site=site, site_key="named")

    assert (unnamed, document_of(site)["key"]) == ("default", "named")


# Time


def test_a_snippet_that_expires_is_withdrawn_at_the_tick(db: None) -> None:
    now = timezone.now()
    term: Term = make_term(expire_at=now + HOUR)
    early, due = tick(now=now), tick(now=now + HOUR)

    assert (early.count, due.withdrawn) == (0, [f"term:{term.pk}"])
    assert reason_of(term) == "EXPIRED"
    Term.objects.filter(pk=term.pk).update(expire_at=None)
    sweep()


def test_an_organisation_without_pages_is_still_public(db: None) -> None:
    assert is_public(make_organisation())
