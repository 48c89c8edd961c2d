"""A database role that may read three tables answers every operation, and can read nothing else."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import time_machine
from django.db import connection, transaction
from django.db.utils import ProgrammingError

from tests.contract.asking import ask
from tests.contract.conftest import settle
from tests.contract.test_budgets import ASKED
from tests.contract.whole_world import NOW, make_whole_world

ROOT = Path(__file__).resolve().parents[2]
# What may be read, each with a column of its own.
READABLE = {
    "publishing_publisheditem": "key",
    "publishing_facet": "key",
    "publishing_streamfacet": "value",
    "publishing_contentclock": "value",
}

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


@pytest.fixture
def delivery_role() -> Iterator[None]:
    """Speak to the database as the delivery plane does in production, on a small whole site."""
    with time_machine.travel(NOW, tick=False):
        make_whole_world(1)
        settle()
    script = (ROOT / "deploy" / "postgres" / "delivery-role.sql").read_text()
    with connection.cursor() as cursor:
        cursor.execute(script.replace(":'password'", "'only for this test'"))
        cursor.execute("SET LOCAL ROLE cms_delivery")
    yield
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")


def refuses(statement: str) -> bool:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    except ProgrammingError as error:
        return "permission denied" in str(error)
    return False


@pytest.mark.usefixtures("delivery_role")
def test_every_operation_is_answered() -> None:
    told = {name: ask(name, **variables) for name, (variables, _cost) in ASKED.items()}

    assert {name: answer.content.get("errors") for name, answer in told.items()} == dict.fromkeys(
        ASKED
    )


@pytest.mark.usefixtures("delivery_role")
def test_no_other_table_can_be_read() -> None:
    tables = set(connection.introspection.table_names())

    readable = {name for name in tables if not refuses(f'SELECT count(*) FROM "{name}"')}

    assert readable == READABLE.keys()
    assert {"auth_user", "wagtailcore_page", "publishing_projection"} <= tables


@pytest.mark.usefixtures("delivery_role")
@pytest.mark.parametrize("table", sorted(READABLE))
def test_nothing_can_be_written(table: str) -> None:
    assert refuses(f"DELETE FROM {table}")
    assert refuses(f"UPDATE {table} SET {READABLE[table]} = {READABLE[table]}")
    assert refuses("CREATE TABLE public.mine (id int)")
