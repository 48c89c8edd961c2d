"""Strangers change nothing: no row, no file, no connection to the outside.

Two exceptions are bounded: what is asked of the hub (ADR 0029), and failed log-ins (ADR 0070).
"""

import hashlib
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.core.files.storage import default_storage
from django.db import connection
from django.test import Client

from cms.publishing.files import file_url, public_files
from cms.publishing.reading.context import ReadContext
from cms.publishing.reading.loads import Things
from frontend_contract.check import ROOT
from frontend_contract.operations import read
from tests.conftest import LOOPBACK
from tests.visibility.secret_world import SecretWorld
from tests.visibility.test_canary_walk import other_addresses, small_requests
from tests.visibility.test_tables_read import VARIABLES

pytestmark = pytest.mark.django_db


def rows() -> dict[str, tuple[int, str]]:
    """Return the number and a digest of the rows of every table there is."""
    found = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            texts = sorted(repr(row) for row in cursor.fetchall())
            found[table] = (len(texts), hashlib.sha256("\n".join(texts).encode()).hexdigest())
    return found


def files() -> dict[str, tuple[int, int]]:
    root = Path(settings.MEDIA_ROOT)
    return {
        str(path.relative_to(root)): (path.stat().st_size, path.stat().st_mtime_ns)
        for path in root.rglob("*")
        if path.is_file()
    }


@pytest.fixture
def connected(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Return the addresses outside of this machine to which a connection was tried."""
    tried: list[Any] = []
    connect = socket.socket.connect

    def recorded(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6) and address[0] not in LOOPBACK:
            tried.append(address)
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", recorded)
    return tried


def public_addresses(world: SecretWorld) -> Iterator[str]:
    """Yield the paths of published files."""
    context = ReadContext()
    keys = (
        f"image:{world.whole.pool.images[0].pk}",
        f"document:{world.whole.pool.documents[0].pk}",
    )
    context.load([load := Things(keys)])
    for item in context.results[load]:
        for file in public_files(item):
            yield file_url(item, file.stored).removeprefix(str(settings.FILES_BASE_URL))


def ask_everything(client: Client, world: SecretWorld) -> int:
    """Send everything a stranger may send, and return how many requests that were."""
    bodies: list[Any] = [
        {"query": operation.text, "variables": VARIABLES.get(operation.name, {})}
        for operation in read(ROOT)
    ]
    bodies += [{"query": query, "variables": v} for query, v in list(small_requests(world))[::5]]
    bodies += [{"query": "{"}, {"query": "{ nosuch }"}, {"query": "mutation { x }"}, [], None]
    for body in bodies:
        client.post("/graphql", body, content_type="application/json")
    addresses = [*other_addresses(world), *public_addresses(world)]
    for address in addresses:
        for method in (client.get, client.head, client.post, client.options):
            method(address).getvalue()
    client.get("/graphql?query={cluster{name}}")
    return len(bodies) + 4 * len(addresses) + 1


def test_strangers_write_no_row_and_no_file_and_call_nobody(
    secret_world: SecretWorld, client: Client, connected: list[Any]
) -> None:
    rows_before, files_before = rows(), files()
    assert len(rows_before) >= len({model._meta.db_table for model in apps.get_models()})
    assert len(files_before) > 20

    asked = ask_everything(client, secret_world)

    assert asked > 200
    assert connected == []
    assert files() == files_before
    after = rows()
    assert {name for name in after if after[name] != rows_before[name]} == set()


def test_wrong_passwords_are_counted_and_leave_nothing_else(
    secret_world: SecretWorld, client: Client
) -> None:
    before = rows()

    for number in range(60):
        form = {"username": f"stranger {number}", "password": "wrong"}
        client.post("/admin/login/", form)

    after = rows()
    assert {name for name in after if after[name] != before[name]} == {"axes_accessattempt"}
    assert after["axes_accessattempt"][0] == settings.LOG_IN_FAILURES_PER_ADDRESS


def test_a_flood_of_sizes_makes_no_file(secret_world: SecretWorld, client: Client) -> None:
    before = files()
    (webp, *_) = public_addresses(secret_world)
    folder, _, name = webp.rpartition("/")

    for number in range(500):
        assert client.get(f"{folder}/{number}x{number}-{name}").status_code == 404

    assert files() == before
    assert default_storage.listdir("")[0]
