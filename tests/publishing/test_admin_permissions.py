"""Views of the admin show a user only the objects that this user may edit."""

from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission

from cms.publishing import kinds
from cms.publishing.models import Projection
from tests.factories import make_image, make_person
from tests.page_factories import World, make_event, make_news

REPORT = "/admin/reports/not-published/"
RESULTS = f"{REPORT}results/"


@pytest.fixture
def things(world: World) -> dict[str, Any]:
    """Make one thing of each kind of permission, and let the publishing of all of them fail."""
    found: dict[str, Any] = {
        "event": make_event(world.events, title="Open day"),
        "news": make_news(world.news, title="Secret merger"),
        "person": make_person(name="Secret person"),
        "image": make_image(title="Secret image"),
        "settings": world.settings,
    }
    for name, thing in found.items():
        key = str(kinds.key_of(thing))
        Projection.objects.filter(key=key).delete()
        Projection.objects.create(
            key=key, kind=kinds.split_key(key)[0], error=f"broken {name}", failed_at=timezone.now()
        )
    return found


def user_of_group(*, permissions: tuple[str, ...] = ()) -> tuple[User, Group]:
    """Return an account of the admin in a group that may do nothing else."""
    group = Group.objects.create(name="Event editors")
    names = ("access_admin", *permissions)
    group.permissions.set(Permission.objects.filter(codename__in=names))
    user = User.objects.create_user("event-editor")
    user.groups.add(group)
    return user, group


@pytest.fixture
def event_editor(client: Client, world: World) -> Client:
    """Log in an account with rights below the events only."""
    user, group = user_of_group()
    GroupPagePermission.objects.create(
        group=group,
        page=world.events,
        permission=Permission.objects.get(
            content_type__app_label="wagtailcore", codename="change_page"
        ),
    )
    client.force_login(user)
    return client


def errors_in(text: str) -> list[str]:
    """Return the names of the things whose error a page shows."""
    names = ("event", "image", "news", "person", "settings")
    return [name for name in names if f"broken {name}" in text]


def text_of(client: Client, address: str) -> str:
    """Return a page, or a file to download, as text."""
    answer = client.get(address)
    assert answer.status_code == 200
    return (answer.getvalue() if answer.streaming else answer.content).decode()


@pytest.mark.parametrize("address", [REPORT, RESULTS])
def test_the_report_shows_the_failures_of_what_the_user_may_edit(
    event_editor: Client, things: dict[str, Any], address: str
) -> None:
    text = text_of(event_editor, address)

    assert errors_in(text) == ["event"]
    assert "Open day" in text
    assert "Secret" not in text


def test_the_export_of_the_report_holds_no_more(
    event_editor: Client, things: dict[str, Any]
) -> None:
    text = text_of(event_editor, f"{REPORT}?export=csv")

    assert "Secret" not in text
    assert errors_in(text) in ([], ["event"])


def test_the_dashboard_counts_what_the_user_may_edit(
    event_editor: Client, things: dict[str, Any]
) -> None:
    assert "1 thing could not be published as it is." in text_of(event_editor, "/admin/")


def test_a_user_who_may_edit_none_of_them_is_told_nothing(
    event_editor: Client, things: dict[str, Any]
) -> None:
    Projection.objects.filter(key=kinds.key_of(things["event"])).update(error="")

    assert "could not be published" not in text_of(event_editor, "/admin/")
    assert errors_in(text_of(event_editor, REPORT)) == []


def test_snippets_and_images_have_permissions_of_their_own(
    client: Client, things: dict[str, Any]
) -> None:
    user, group = user_of_group(permissions=("change_person",))
    change_image = Permission.objects.get(
        content_type__app_label="wagtailimages", codename="change_image"
    )
    GroupCollectionPermission.objects.create(
        group=group, collection=Collection.get_first_root_node(), permission=change_image
    )
    GroupPagePermission.objects.create(
        group=group,
        page=make_event(things["event"].get_parent()),
        permission=Permission.objects.get(
            content_type__app_label="wagtailcore", codename="change_page"
        ),
    )
    client.force_login(user)

    assert errors_in(text_of(client, REPORT)) == ["image", "person"]


def test_a_superuser_sees_all_of_them(admin: Client, things: dict[str, Any]) -> None:
    assert errors_in(text_of(admin, REPORT)) == ["event", "image", "news", "person", "settings"]


@pytest.mark.parametrize("name", ["news", "person", "image"])
def test_a_refused_form_does_not_tell_why_its_object_failed(
    event_editor: Client, things: dict[str, Any], name: str
) -> None:
    thing = things[name]
    address = {
        "news": lambda: reverse("wagtailadmin_pages:edit", args=[thing.pk]),
        "person": lambda: reverse(thing.snippet_viewset.get_url_name("edit"), args=[thing.pk]),
        "image": lambda: reverse("wagtailimages:edit", args=[thing.pk]),
    }[name]()

    answer = event_editor.get(address)

    assert answer.status_code == 302
    said = [str(message).strip() for message in get_messages(answer.wsgi_request)]
    assert said == ["Sorry, you do not have permission to access this area."]


def test_the_tab_outside_and_the_lists_ask_for_the_page(
    event_editor: Client, things: dict[str, Any]
) -> None:
    refused = event_editor.get(reverse("outside", args=[things["news"].pk]))
    shown = event_editor.get(reverse("outside", args=[things["event"].pk]))

    assert (refused.status_code, shown.status_code) == (302, 200)
    for address in ("/admin/news/", "/admin/projects/", "/admin/events/"):
        assert "Secret merger" not in text_of(event_editor, address)
