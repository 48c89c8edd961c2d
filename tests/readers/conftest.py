"""Let real readers of this machine's packages read what is served."""

import os
import shutil

import pytest


def program(name: str) -> str:
    """Return where a program is; without it a test is skipped, in CI it fails."""
    found = shutil.which(name)
    if found is None:
        reason = f"{name} is missing: apt install {name}"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return found
