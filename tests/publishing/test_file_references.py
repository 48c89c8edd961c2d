"""A picture or document is public as long as something public refers to it, and not longer."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.utils import timezone
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Collection, CollectionViewRestriction, Page, PageViewRestriction

from cms.content.models import Document, PersonField
from cms.publishing.models import PublishedItem
from cms.publishing.reconcile import next_boundary, sweep, tick
from cms.publishing.scopes import suspended, transaction
from home.models.site_settings import SocialLink
from news.models import NewsPage
from news.models.news import NewsDocument
from tests.factories import make_document, make_image, make_person
from tests.page_factories import (
    World,
    make_menu,
    make_news,
    make_page_with_files,
    make_public_image,
    make_standard_page,
    make_world,
    translate,
)
from tests.publishing.published import changed_keys, clock, is_public, reason_of, row_of

NOW = dt.datetime(2026, 3, 2, 12, 0, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)
LINK = '<p><a linktype="document" id="{0}">x</a></p>'


def text(content: str) -> list[dict[str, Any]]:
    return [{"type": "text", "value": {"content": content}, "id": "a1b2"}]


def address(thing: Any) -> str:
    return f"/files/{thing.public_id}/0123456789ab/x"


def by_link(world: World, thing: Any) -> Any:
    return make_standard_page(world.cluster, body=text(LINK.format(thing.pk)))


def by_address(world: World, thing: Any) -> Any:
    link = f'<p><a href="https://cms.example{address(thing)}">x</a></p>'
    return make_standard_page(world.cluster, body=text(link))


def by_block(world: World, thing: Any) -> Any:
    return make_page_with_files(thing)


def by_field(world: World, thing: Any) -> Any:
    return make_news(world.news, picture=thing, picture_alt="A bridge")


def by_row(world: World, thing: Any) -> Any:
    page = NewsPage(title="With a paper", slug="paper", types=["NEWS"], introduction="x")
    page.published_on = NOW.date()
    page.documents.set([NewsDocument(document=thing)])
    page.locale_id = world.news.locale_id
    return Page.objects.get(pk=world.news.pk).add_child(instance=page)


def by_portrait(world: World, thing: Any) -> Any:
    return make_person(picture=thing, picture_alt="Ana", shown=[PersonField.PICTURE])


def by_menu(world: World, thing: Any) -> Any:
    return make_menu(world.site, [{"text": "Statute", "address": address(thing)}])


def by_redirect(world: World, thing: Any) -> Any:
    return Redirect.objects.create(old_path="/statute", redirect_link=address(thing))


def by_another_site(world: World, thing: Any) -> Any:
    other = make_world(key="other", is_default=False)
    return make_news(other.news, picture=thing, picture_alt="A bridge")


def by_translation(world: World, thing: Any) -> Any:
    translate(world.news)
    page = make_news(world.news, live=False)
    return translate(page, picture=thing, picture_alt="Мост")


REFERENCES: list[tuple[Callable[..., Any], Callable[[World, Any], Any]]] = [
    (make_document, by_link),
    (make_document, by_address),
    (make_document, by_block),
    (make_document, by_row),
    (make_document, by_menu),
    (make_document, by_redirect),
    (make_image, by_address),
    (make_image, by_block),
    (make_image, by_field),
    (make_image, by_portrait),
    (make_image, by_another_site),
    (make_image, by_translation),
]


@pytest.mark.parametrize(("make", "refer"), REFERENCES)
def test_a_file_appears_with_the_first_reference_and_goes_with_the_last(
    world: World, make: Callable[..., Any], refer: Callable[[World, Any], Any]
) -> None:
    thing = make()
    alone = row_of(thing)

    owner = refer(world, thing)
    while_referenced = is_public(thing)
    owner.delete()

    assert (alone, while_referenced) == (None, True)
    assert (is_public(thing), reason_of(thing)) == (False, "UNREFERENCED")


def test_the_strategy_of_a_cluster_is_public_while_it_is_named(world: World) -> None:
    strategy = make_document()
    world.cluster.strategy_document = strategy
    world.cluster.save_revision().publish()
    while_named = is_public(strategy)

    world.cluster.strategy_document = None
    world.cluster.save_revision().publish()

    assert while_named
    assert reason_of(strategy) == "UNREFERENCED"


def test_an_address_in_the_settings_of_a_site_keeps_a_document_public(world: World) -> None:
    paper = make_document()
    link = f"https://cms.example{address(paper)}"
    world.settings.social_links.set([SocialLink(network="LINKEDIN", url=link)])
    world.settings.save()
    while_linked = is_public(paper)

    world.settings.social_links.set([])
    world.settings.save()

    assert while_linked
    assert reason_of(paper) == "UNREFERENCED"


def test_the_last_of_two_pages_takes_the_file_along(world: World) -> None:
    image = make_image()
    first, second = by_field(world, image), by_block(world, image)

    first.unpublish()
    after_the_first = is_public(image)
    second.unpublish()

    assert after_the_first
    assert reason_of(image) == "UNREFERENCED"


def test_another_picture_takes_the_place_of_the_former_in_one_change_each(world: World) -> None:
    old, new = make_image(), make_image()
    page = by_field(world, old)
    before = clock()

    page.picture = new
    page.save_revision().publish()

    assert [is_public(old), is_public(new)] == [False, True]
    keys = {f"image:{old.pk}", f"image:{new.pk}", f"page:{page.pk}"}
    assert set(changed_keys(after=before)) == keys
    assert clock() == before + len(keys)


def test_a_draft_shows_no_file_until_it_is_published(world: World) -> None:
    image = make_image()
    page = make_standard_page(world.cluster)
    page.picture, page.picture_alt = image, "A bridge"

    revision = page.save_revision()
    while_drafted = row_of(image)
    revision.publish()

    assert while_drafted is None
    assert is_public(image)


def test_without_consent_the_portrait_goes_at_once_and_comes_back_with_it(world: World) -> None:
    image = make_image()
    person = by_portrait(world, image)

    person.consent_given = False
    person.save()
    without = reason_of(image)
    person.consent_given = True
    person.save()

    assert without == "UNREFERENCED"
    assert is_public(image)


def test_a_portrait_that_may_not_be_shown_is_not_public(world: World) -> None:
    image = make_image()

    make_person(picture=image, picture_alt="Ana")

    assert row_of(image) is None


def test_a_file_goes_with_its_page_that_is_made_private_above(world: World) -> None:
    parent = make_standard_page(world.cluster)
    document = make_document()
    make_standard_page(parent, body=text(LINK.format(document.pk)))

    restriction = PageViewRestriction.objects.create(page=parent, restriction_type="login")
    hidden = reason_of(document)
    restriction.delete()

    assert hidden == "UNREFERENCED"
    assert is_public(document)


def test_a_file_ends_with_its_last_page_without_any_job(world: World) -> None:
    with time_machine.travel(NOW, tick=False):
        image = make_image()
        for hours in (1, 2):
            make_page_with_files(image, expire_at=NOW + hours * HOUR)
        make_page_with_files(make_image())

        row = row_of(image)
        assert row is not None
        assert row.valid_until == NOW + 2 * HOUR

    tick(now=NOW + HOUR)
    after_the_first = is_public(image)
    tick(now=NOW + 2 * HOUR)

    assert after_the_first
    assert reason_of(image) == "UNREFERENCED"
    assert next_boundary() is None


def test_a_page_that_has_ended_keeps_no_file_public_before_its_tick(world: World) -> None:
    with time_machine.travel(NOW, tick=False):
        image = make_image()
        make_page_with_files(image, expire_at=NOW + HOUR)

    with time_machine.travel(NOW + HOUR, tick=False):
        image.credit = "Ana"
        image.save()

    assert reason_of(image) == "UNREFERENCED"


def test_another_end_of_one_page_is_no_change_of_others(world: World) -> None:
    image = make_image()
    make_page_with_files(image, expire_at=timezone.now() + HOUR)
    first = by_field(world, image)
    first.expire_at = timezone.now() + 2 * HOUR
    before = clock()

    first.save_revision().publish()

    assert set(changed_keys(after=before)) == {f"image:{image.pk}", f"page:{first.pk}"}


def test_a_private_collection_hides_whatever_refers_to_it(world: World) -> None:
    private = Collection.get_first_root_node().add_child(name="Private")
    CollectionViewRestriction.objects.create(collection=private, restriction_type="login")
    document = make_document(keep_public=True)
    by_link(world, document)

    document.collection = private
    document.save()

    assert reason_of(document) == "RESTRICTED"


def test_a_tick_keeps_a_document_public_and_taking_it_away_withdraws_it(world: World) -> None:
    document = make_document(keep_public=True)
    page = by_link(world, document)

    page.unpublish()
    kept = is_public(document)
    document = Document.objects.get(pk=document.pk)
    document.keep_public = False
    document.save()

    assert kept
    assert reason_of(document) == "UNREFERENCED"


def test_what_a_sweep_finds_is_what_hooks_would_have_done(world: World) -> None:
    old, new, lost = make_image(), make_image(), make_image()
    page = by_field(world, old)
    with suspended():
        NewsPage.objects.filter(pk=page.pk).update(picture=new)
        other = by_field(world, lost)
    with suspended():
        other.delete()

    first, second = sweep(), sweep()

    assert set(first.withdrawn) == {f"image:{old.pk}"}
    assert f"image:{new.pk}" in first.published
    assert row_of(lost) is None
    assert str(second) == "0 changes"


def test_files_change_in_the_transaction_of_what_refers_to_them(world: World) -> None:
    image = make_image()
    before = clock()

    with transaction():
        page = by_field(world, image)
        page.unpublish()
        page.save_revision().publish()

    assert set(changed_keys(after=before)) == {f"image:{image.pk}", f"page:{page.pk}"}


def test_a_title_that_reads_like_a_key_keeps_no_file_public(world: World) -> None:
    document = make_document()
    document.title = f"document:{document.pk}"
    document.save()
    page = by_link(world, document)

    page.unpublish()

    assert reason_of(document) == "UNREFERENCED"


def test_others_may_take_over_what_something_refers_to_that_they_may_take_over(
    world: World,
) -> None:
    image = make_public_image()
    other = make_image()
    make_news(world.news, picture=other, picture_alt="A bridge", syndication_allowed=False)

    def may_be_taken_over(thing: Any) -> bool:
        return PublishedItem.objects.get(key=f"image:{thing.pk}", visible=True).is_syndicated

    alone = [may_be_taken_over(image), may_be_taken_over(other)]
    page = make_page_with_files(other)
    together = may_be_taken_over(other)
    page.unpublish()

    assert alone == [True, False]
    assert together
    assert not may_be_taken_over(other)
