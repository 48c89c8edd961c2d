"""What editors and moderators may do."""

import pytest
from django.contrib.auth.models import Group, User
from wagtail.models import Page, Workflow

from tests.page_factories import make_world

pytestmark = pytest.mark.django_db


def _member(role: str) -> User:
    user = User.objects.create_user(role, f"{role}@example.org", "a long password")
    user.groups.add(Group.objects.get(name=role))
    return user


def test_editors_write_and_moderators_publish() -> None:
    page = Page.objects.get(pk=make_world().news.pk)
    editor = page.permissions_for_user(_member("Editors"))
    moderator = page.permissions_for_user(_member("Moderators"))

    assert (editor.can_edit(), editor.can_publish(), editor.can_delete()) == (True, False, False)
    assert editor.can_submit_for_moderation() is True
    assert (moderator.can_edit(), moderator.can_publish(), moderator.can_delete()) == (
        True,
        True,
        True,
    )


@pytest.mark.parametrize(
    ("permission", "roles"),
    [
        ("wagtailadmin.access_admin", {"Editors", "Moderators"}),
        ("content.change_organisation", {"Editors", "Moderators"}),
        ("content.publish_organisation", {"Moderators"}),
        ("content.delete_person", {"Moderators"}),
        ("content.change_term", {"Moderators"}),
        ("home.change_menu", {"Editors", "Moderators"}),
        ("home.delete_menu", {"Moderators"}),
        ("home.change_sitesettings", {"Moderators"}),
        ("wagtailredirects.add_redirect", {"Moderators"}),
        ("simple_translation.submit_translation", {"Editors", "Moderators"}),
        ("auth.change_user", set()),
    ],
)
def test_a_right_belongs_to_these_roles(permission: str, roles: set[str]) -> None:
    found = {role for role in ("Editors", "Moderators") if _member(role).has_perm(permission)}

    assert found == roles


def test_what_editors_submit_goes_to_moderators() -> None:
    page = Page.objects.get(pk=make_world().news.pk)

    workflow = page.get_workflow()

    assert workflow == Workflow.objects.get(name="Moderators")
    assert [task.specific.groups.get().name for task in workflow.tasks] == ["Moderators"]
