"""A process is ready before its first request, and loses no count at its end."""

import gc
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from cms.api import parse, warm
from cms.api.background import Background
from cms.api.usage.counting import Counting
from cms.api.usage.writing import Writer

ROOT = Path(__file__).resolve().parents[2]
START = """
import cms.wsgi, gc, threading
from cms.api.parse import DOCUMENTS
from cms.publishing.schema.public import public_schema
print(public_schema.cache_info().currsize, len(DOCUMENTS))
print(gc.get_freeze_count() > 50_000, "counting" in {t.name for t in threading.enumerate()})
from cms.api.usage.counting import COUNTING
COUNTING.count(document_id="x", operation="", client="")
"""


def test_a_process_starts_warm_without_a_database_and_ends_in_order(tmp_path: Path) -> None:
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "cms.settings.dev",
        "DATABASE_URL": "postgres://nobody@127.0.0.1:9/nothing",
        "METRICS_DIR": str(tmp_path),
    }
    environment.pop("DELIVERY_DATABASE_URL", None)

    ended = subprocess.run(
        [sys.executable, "-c", START],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    documents = len(list(ROOT.glob("frontend_contract/operations/*/*.graphql")))
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.splitlines() == [f"1 {documents}", "True True"]
    assert "the use of the API could not be written down" in ended.stderr
    assert [file.suffix for file in tmp_path.iterdir()] == [".json"]


def test_a_document_that_cannot_be_answered_keeps_no_process_from_starting(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(warm, "_documents", lambda: ["{ nosuch }", "{ __typename }"])
    monkeypatch.setattr(gc, "freeze", lambda: None)
    parse.DOCUMENTS.clear()

    warm.warm()

    assert "a registered document cannot be answered" in caplog.text
    assert len(parse.DOCUMENTS) == 1


@pytest.mark.django_db
def test_the_end_writes_down_what_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[Any] = []
    writer = Writer(Counting())
    monkeypatch.setattr(writer, "write", lambda: written.append("usage"))
    monkeypatch.setattr("cms.api.background.BOARD.write", lambda: written.append("tallies"))
    monkeypatch.setattr("cms.api.background.connections.close_all", lambda: None)

    Background(writer).end()

    assert written == ["usage", "tallies"]


def test_tests_have_no_background(monkeypatch: pytest.MonkeyPatch) -> None:
    background = Background(Writer(Counting()))
    monkeypatch.setattr(background, "_run", lambda: pytest.fail("begun"))

    background.start()

    assert background._pid == 0
