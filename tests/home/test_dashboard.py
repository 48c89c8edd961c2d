"""What greets an editor."""

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client
from django.urls import reverse

from tests.page_factories import make_cluster, make_standard_page, make_world

pytestmark = pytest.mark.django_db


def _dashboard(*groups: str) -> str:
    user = User.objects.create_user("ana", password="a long password")
    user.groups.set(Group.objects.filter(name__in=groups))
    client = Client()
    client.force_login(user)
    return client.get(reverse("wagtailadmin_home")).content.decode()


def test_an_editor_sees_the_score_and_what_may_be_written() -> None:
    world = make_world(key="main")
    make_standard_page(world.cluster)
    make_cluster(title="A cluster without a site", slug="elsewhere")

    page = _dashboard("Editors")

    assert "<strong>0 of 100 points</strong>" in page
    assert reverse("wagtailadmin_pages:edit", args=[world.cluster.pk]) in page
    assert "A cluster without a site" not in page
    for name in ("Add project", "Add news item", "Add event"):
        assert name in page
    assert "Add standard page" not in page


def test_somebody_without_pages_sees_no_cluster() -> None:
    make_world(key="main")
    outsiders = Group.objects.create(name="Outsiders")
    outsiders.permissions.set(
        Group.objects.get(name="Editors").permissions.filter(codename="access_admin")
    )

    assert "of 100 points" not in _dashboard("Outsiders")
