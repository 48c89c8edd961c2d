"""What the tests of the published plane share: one small world, and an editor."""

import pytest
from django.contrib.auth.models import User
from django.test import Client

from tests.page_factories import World, make_world


@pytest.fixture
def world(db: None) -> World:
    return make_world()


@pytest.fixture
def admin(client: Client, db: None) -> Client:
    client.force_login(User.objects.create_superuser("admin", "admin@example.org", "secret"))
    return client
