"""Give a world whose files and clock are its own, so that answers can be compared as they are."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.apps import apps
from django.db import connection

from tests.contract.whole_world import NOW, WholeWorld, make_whole_world


@pytest.fixture
def whole_world(db: None, settings: Any, tmp_path: Path) -> Iterator[WholeWorld]:
    """Return a world with one of everything; files get no random names in a folder of their own."""
    settings.MEDIA_ROOT = tmp_path
    with time_machine.travel(NOW, tick=False):
        world = make_whole_world(1)
        settle()
        yield world


def settle() -> None:
    """Do what PostgreSQL does at a commit and soon after: number the changes, and count the rows.

    Until it has counted them it takes tables for empty ones, and reads many rows in ways that take long.
    """
    connection.check_constraints()
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            tables = [
                model._meta.db_table for model in apps.get_app_config("publishing").get_models()
            ]
            cursor.execute(f"ANALYZE {', '.join(tables)}")
