"""The guide prints the receivers as they are run."""

import re

import pytest

from tests.portals.installation import ROOT

PAGE = ROOT / "docs" / "portals.md"


@pytest.mark.parametrize("name", ["docs/portals/receiver.py", "docs/portals/receiver.ts"])
def test_the_guide_prints_what_is_run(name: str) -> None:
    printed = re.search(
        rf"<!-- {re.escape(name)} -->\n```\w+\n(.*?)```\n", PAGE.read_text("utf-8"), re.DOTALL
    )

    assert printed
    assert printed[1] == (ROOT / name).read_text("utf-8")
