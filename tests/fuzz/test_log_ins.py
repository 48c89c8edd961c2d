"""40 strangers who try passwords all the time keep nobody else from being served."""

from contextlib import closing
from pathlib import Path

import pytest

from tests.bench.log_in import PATHS, STRANGERS, ask, connect, strangers
from tests.fuzz.server import Environment, running_application
from tests.waiting import wait_until

pytestmark = pytest.mark.deep

ROUNDS = 20


@pytest.mark.parametrize("is_one", [True, False], ids=["one address", "many addresses"])
def test_others_are_served_while_strangers_try_passwords(
    site: Environment, tmp_path: Path, is_one: bool
) -> None:
    environment = {
        **site,
        "DJANGO_SETTINGS_MODULE": "tests.bench.log_in_settings",
        "TRUSTED_PROXY_COUNT": "1",
    }
    application = "cms.wsgi:application"
    with (
        running_application(application, tmp_path, environment=environment) as server,
        closing(connect(server.port)) as connection,
        strangers(server.port, STRANGERS, is_one=is_one) as seen,
    ):
        wait_until(lambda: seen[503], what="the refusal of a log-in")
        statuses = {ask(connection, path)[0] for _ in range(ROUNDS) for path in PATHS}
        wait_until(lambda: seen[200], what="the end of a hash")

    assert statuses == {200}
    assert set(seen) <= {200, 429, 503}
