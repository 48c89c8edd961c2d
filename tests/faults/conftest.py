"""Run one site on services of its own for all tests of faults."""

from collections.abc import Iterator

import pytest

from tests.faults.site import Site, site_of


@pytest.fixture(scope="package")
def site(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Return a site on a PostgreSQL and a Redis that may be broken; each test mends them again."""
    with site_of(tmp_path_factory.mktemp("faults")) as found:
        yield found
