"""Approving a page that may not be published is refused in words, not with a server error."""

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client
from django.urls import reverse

from tests.page_factories import World, make_news
from tests.publishing.published import row_of


@pytest.mark.parametrize("is_modal", [False, True])
def test_approving_an_incomplete_page_says_what_is_missing(
    admin: Client, world: World, is_modal: bool
) -> None:
    page = make_news(world.news, title="Placeholder", live=False)
    page.placeholder_title = "Placeholder"
    page.save()
    page.save_revision()
    moderator = User.objects.get(username="admin")
    Group.objects.get(name="Moderators").user_set.add(moderator)
    state = page.get_workflow().start(page, moderator)
    headers = {"referer": f"http://testserver/admin/pages/{page.pk}/edit/"}
    if is_modal:
        headers["x-requested-with"] = "XMLHttpRequest"

    answer = admin.post(
        reverse(
            "wagtailadmin_pages:workflow_action",
            args=(page.pk, "approve", state.current_task_state.pk),
        ),
        headers=headers,
    )

    back = f"http://testserver/admin/pages/{page.pk}/edit/"
    if is_modal:
        assert answer.json() == {"step": "success", "redirect": back}
    else:
        assert (answer.status_code, answer.headers["Location"]) == (302, back)
    assert row_of(page) is None
    shown = admin.get(reverse("wagtailadmin_home")).content.decode()
    assert "Nothing was changed: This title only holds the place" in shown
