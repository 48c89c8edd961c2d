"""What histories of edits have found, one test each."""

from cms.publishing.models import PublishedItem
from tests.page_factories import World, locale, make_standard_page
from tests.publishing.published import changed_keys, clock


def test_the_tombstone_under_an_id_given_up_is_a_change_of_its_own(world: World) -> None:
    page = make_standard_page(world.cluster)
    before, old = clock(), page.public_id

    page.locale = locale("bg")
    page.save()

    left = PublishedItem.objects.get(public_id=old).key
    assert sorted(changed_keys(after=before)) == sorted([f"page:{page.pk}", left])
    assert clock() == before + 2


def test_no_two_changes_share_a_number_after_an_id_was_given_up(world: World) -> None:
    page = make_standard_page(world.cluster)
    page.locale = locale("bg")
    page.save()

    make_standard_page(world.cluster)
    latest = clock()

    numbers = [row.seq or 0 for row in PublishedItem.objects.all()]
    assert (len(set(numbers)), max(numbers)) == (len(numbers), latest)
