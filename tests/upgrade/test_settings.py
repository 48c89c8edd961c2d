"""What an operator has set for the version before is still read."""

import json
from pathlib import Path

from cms.settings.env import BY_NAME

SET = Path(__file__).with_name("0.1.0") / "settings.json"


def test_every_setting_of_the_version_before_is_there() -> None:
    """One that is renamed or removed has to stop the start, and name what takes its place."""
    assert set(json.loads(SET.read_text())) - BY_NAME.keys() == set()
