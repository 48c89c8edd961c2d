"""Run these only when asked for: they start processes, and one installs packages from npm."""

import pytest


def pytest_configure(config: pytest.Config) -> None:
    """Know the marker."""
    config.addinivalue_line("markers", "portals: starts site, worker and receivers; -m portals")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave them out unless they were asked for."""
    if "portals" in (config.option.markexpr or ""):
        return
    left_out = [item for item in items if item.get_closest_marker("portals")]
    items[:] = [item for item in items if item not in left_out]
    config.hook.pytest_deselected(items=left_out)
