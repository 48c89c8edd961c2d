"""Let real readers of this machine's packages read what is served; only when they are asked for."""

import os
import shutil

import pytest

MARKER = "readers: reads with programs of the system's packages; run by make test-readers"


def pytest_configure(config: pytest.Config) -> None:
    """Make the marker known where the folder is."""
    config.addinivalue_line("markers", MARKER)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave these tests out of runs that do not name them."""
    if "readers" in (config.option.markexpr or ""):
        return
    left_out = [item for item in items if "readers" in item.keywords]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if "readers" not in item.keywords]


def program(name: str) -> str:
    """Return where a program is; without it a test is skipped, in CI it fails."""
    found = shutil.which(name)
    if found is None:
        reason = f"{name} is missing: apt install {name}"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return found
