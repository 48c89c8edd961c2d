"""Whatever editors do, in whatever order: the published rows are what they should be.

make histories                 # the same with many more histories
HISTORIES=5 pytest -s tests/publishing/test_history.py
"""

import os
import sys
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.publishing.acting import Acting, Start, make_start
from tests.publishing.histories_of_files import FileHistory
from tests.publishing.histories_of_pages import PageHistory
from tests.publishing.histories_of_things import ThingHistory

HISTORIES = int(os.environ.get("HISTORIES", "2"))
STEPS = 30
# Look for the shortest history that fails, which takes minutes.
SHRINK = "SHRINK" in os.environ


class History(PageHistory, ThingHistory, FileHistory):
    """Do all that editors can do."""


@pytest.fixture
def start(db: None) -> Start:
    return make_start()


@pytest.mark.slow
def test_after_any_history_the_public_sees_what_it_should(start: Start, capsys: Any) -> None:
    Acting.start, Acting.steps = start, 0

    run_state_machine_as_test(
        History,
        settings=settings(
            max_examples=HISTORIES,
            stateful_step_count=STEPS,
            phases=[Phase.generate, *([Phase.shrink] if SHRINK else [])],
            suppress_health_check=list(HealthCheck),
        ),
    )

    with capsys.disabled():
        sys.stdout.write(f"\n{Acting.steps} steps in {HISTORIES} histories\n")
    assert Acting.steps > HISTORIES
