"""Taking a page down names its translations, aliases and referrers, and takes along what is ticked."""

from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import GroupPagePermission, Page, PageViewRestriction

from news.models import NewsIndexPage, NewsPage
from tests.page_factories import World, make_menu, make_news, make_standard_page, translate
from tests.publishing.published import is_public, reason_of


@pytest.fixture
def page(world: World) -> NewsPage:
    return make_news(world.news, title="Prize", slug="prize")


@pytest.fixture
def bulgarian(world: World, page: NewsPage) -> NewsPage:
    translate(world.news, title="Новини")
    return translate(page, title="Награда")


def unpublish(page: Page) -> str:
    return reverse("wagtailadmin_pages:unpublish", args=[page.pk])


def privacy(page: Page) -> str:
    return reverse("wagtailadmin_pages:set_privacy", args=[page.pk])


def bulk(*pages: Page) -> str:
    address = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "unpublish"])
    return f"{address}?{'&'.join(f'id={page.pk}' for page in pages)}"


def only_english(world: World) -> User:
    """Return somebody who may publish English news and nothing else."""
    user = User.objects.create_user("english", "e@example.org", "x")
    group = Group.objects.create(name="English news")
    group.permissions.add(*Group.objects.get(name="Moderators").permissions.all())
    for name in ("change_page", "publish_page"):
        GroupPagePermission.objects.create(
            group=group, page=world.news, permission_type=name.removesuffix("_page")
        )
    user.groups.add(group)
    return user


def test_the_dialog_names_what_is_public_elsewhere(
    admin: Client, world: World, page: NewsPage, bulgarian: NewsPage
) -> None:
    alias = page.create_alias(update_slug="prize-alias")
    make_standard_page(
        world.cluster,
        title="Who links",
        body=[("text", {"content": f'<p><a linktype="page" id="{page.pk}">Prize</a></p>'})],
    )
    make_menu(world.site, [{"text": "Prize", "page": page.pk}])
    Redirect.objects.create(old_path="/win", redirect_page=page)

    html = admin.get(unpublish(page)).content.decode()

    assert f'name="take_along" value="{bulgarian.pk}"' in html
    assert "“Награда” (Български)" in html
    assert "prize-alias" in html
    assert alias.pk != page.pk
    assert "Who links" in html
    assert "Main menu</a> (Menu)" in html
    assert "(Redirect)" in html


def test_the_dialog_names_nothing_that_readers_do_not_see(
    admin: Client, world: World, page: NewsPage, bulgarian: NewsPage
) -> None:
    bulgarian.unpublish()
    make_standard_page(
        world.cluster,
        title="A draft that links",
        live=False,
        body=[("text", {"content": f'<p><a linktype="page" id="{page.pk}">Prize</a></p>'})],
    )

    html = admin.get(unpublish(page)).content.decode()

    assert "take_along" not in html
    assert "A draft that links" not in html


def test_translations_stay_unless_they_are_ticked(
    admin: Client, page: NewsPage, bulgarian: NewsPage
) -> None:
    admin.post(unpublish(page))

    assert (reason_of(page), is_public(bulgarian)) == ("UNPUBLISHED", True)


def test_ticked_translations_go_along_and_are_named(
    admin: Client, page: NewsPage, bulgarian: NewsPage
) -> None:
    answer = admin.post(unpublish(page), {"take_along": [bulgarian.pk]})

    assert [reason_of(one) for one in (page, bulgarian)] == ["UNPUBLISHED"] * 2
    said = [str(text) for text in get_messages(answer.wsgi_request)]
    assert "Unpublished as well: Награда (Български)." in said


def test_only_translations_can_be_ticked(
    admin: Client, world: World, page: NewsPage, bulgarian: NewsPage
) -> None:
    other = make_news(world.news)

    admin.post(unpublish(page), {"take_along": [other.pk, "x", ""]})

    assert is_public(other)
    assert is_public(bulgarian)


def test_nobody_takes_along_what_they_may_not_unpublish(
    client: Client, world: World, page: NewsPage, bulgarian: NewsPage
) -> None:
    client.force_login(only_english(world))

    html = client.get(unpublish(page)).content.decode()
    client.post(unpublish(page), {"take_along": [bulgarian.pk]})

    assert "“Награда” (Български): you may not change it" in html
    assert 'name="take_along"' not in html
    assert (reason_of(page), is_public(bulgarian)) == ("UNPUBLISHED", True)


def test_strangers_see_no_dialog(client: Client, page: NewsPage) -> None:
    answers = [client.get(address(page)) for address in (unpublish, privacy)]

    assert [answer.status_code for answer in answers] == [302, 302]
    assert is_public(page)


def test_below_a_ticked_translation_everything_goes(
    admin: Client, world: World, page: NewsPage, bulgarian: NewsPage
) -> None:
    index = NewsIndexPage.objects.get(locale__language_code="bg")

    admin.post(unpublish(world.news), {"take_along": [index.pk]})

    assert [reason_of(one) for one in (page, bulgarian)] == ["UNPUBLISHED"] * 2


# --- Privacy -----------------------------------------------------------------------------------

LOGIN = {"restriction_type": "login", "password": "", "groups": []}


def test_the_privacy_dialog_names_the_same(
    admin: Client, page: NewsPage, bulgarian: NewsPage
) -> None:
    page.create_alias(update_slug="prize-alias")

    html = admin.get(privacy(page)).json()["html"]

    form = html[html.index('w-rules#resolve">') : html.index("</form>")]
    assert f'name="take_along" value="{bulgarian.pk}"' in form
    assert "Restrict “Награда” (Български) too" in form
    assert "prize-alias" in form


def test_restricting_takes_ticked_translations_along(
    admin: Client, page: NewsPage, bulgarian: NewsPage
) -> None:
    answer = admin.post(privacy(page), {**LOGIN, "take_along": [bulgarian.pk]})

    assert answer.json() == {"step": "set_privacy_done", "is_public": False}
    assert [reason_of(one) for one in (page, bulgarian)] == ["RESTRICTED"] * 2


def test_restricting_leaves_other_translations_public(
    admin: Client, page: NewsPage, bulgarian: NewsPage
) -> None:
    admin.post(privacy(page), LOGIN)

    assert (reason_of(page), is_public(bulgarian)) == ("RESTRICTED", True)


def test_a_refused_restriction_changes_no_translation(
    admin: Client, page: NewsPage, bulgarian: NewsPage
) -> None:
    data = {"restriction_type": "groups", "groups": [], "take_along": [bulgarian.pk]}

    answer = admin.post(privacy(page), data)

    assert "take_along" in answer.json()["html"]
    assert not PageViewRestriction.objects.exists()


# --- In bulk -----------------------------------------------------------------------------------


def test_the_bulk_dialog_names_each_page_and_offers_its_translations(
    admin: Client, world: World, page: NewsPage, bulgarian: NewsPage
) -> None:
    other = make_news(world.news, title="Other")
    other_bg = translate(other, title="Друга")
    make_menu(world.site, [{"text": "Prize", "page": page.pk}])

    html = admin.get(bulk(page, other)).content.decode()

    for version in (bulgarian, other_bg):
        assert f'name="take_along" value="{version.pk}"' in html
    assert "Main menu" in html


def test_bulk_takes_along_what_is_ticked(
    admin: Client, world: World, page: NewsPage, bulgarian: NewsPage
) -> None:
    other = make_news(world.news)
    other_bg = translate(other)

    answer = admin.post(bulk(page, other), {"take_along": [bulgarian.pk]})

    assert answer.status_code == 302
    assert [reason_of(one) for one in (page, other, bulgarian)] == ["UNPUBLISHED"] * 3
    assert is_public(other_bg)


def test_bulk_takes_along_only_what_was_offered(
    client: Client, world: World, page: NewsPage, bulgarian: NewsPage
) -> None:
    client.force_login(only_english(world))

    answer = client.post(bulk(page), {"take_along": [bulgarian.pk]})

    assert answer.status_code == 200
    assert [is_public(one) for one in (page, bulgarian)] == [True, True]


def test_bulk_of_both_languages_offers_neither(
    admin: Client, page: NewsPage, bulgarian: NewsPage
) -> None:
    html = admin.get(bulk(page, bulgarian)).content.decode()
    admin.post(bulk(page, bulgarian))

    assert 'type="checkbox" name="take_along"' not in html
    assert [reason_of(one) for one in (page, bulgarian)] == ["UNPUBLISHED"] * 2


def test_many_referrers_are_counted(admin: Client, world: World, page: NewsPage) -> None:
    link: Any = [("text", {"content": f'<p><a linktype="page" id="{page.pk}">Prize</a></p>'})]
    for number in range(22):
        make_standard_page(world.cluster, title=f"Links {number:02}", body=link)

    html = admin.get(unpublish(page)).content.decode()

    assert "Links 19" in html
    assert "Links 20" not in html
    assert "and 2 more" in html
