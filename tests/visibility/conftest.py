"""Share one secret world among the tests that only look at it."""

import logging
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.db import transaction
from django.test import override_settings

from tests.contract.conftest import settle
from tests.contract.whole_world import NOW
from tests.visibility.secret_world import LATER, SecretWorld, make_secret_world


@pytest.fixture(scope="module")
def secret_world(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[SecretWorld]:
    """Return the world, with the clock a day later and no job run since; undone at the end."""
    folder = override_settings(MEDIA_ROOT=tmp_path_factory.mktemp("secret"))
    with folder, django_db_blocker.unblock(), transaction.atomic():
        logging.disable(logging.INFO)
        with time_machine.travel(NOW, tick=False):
            world = make_secret_world()
        logging.disable(logging.NOTSET)
        settle()
        with time_machine.travel(LATER, tick=False):
            yield world
        transaction.set_rollback(True)
