"""The check of timing in tests finds sleeps and comparisons of clocks, however they are written."""

import importlib.util
from collections.abc import Callable
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / ".ci" / "test_timing.py"
Findings = Callable[[str], list[tuple[int, str, str]]]


@pytest.fixture(scope="module")
def findings() -> Findings:
    spec = importlib.util.spec_from_file_location("test_timing", SCRIPT)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    found: Findings = module.findings
    return found


@pytest.mark.parametrize(
    "statement",
    [
        "time.sleep(1)",
        "sleep(0.1)",
        "await asyncio.sleep(0)",
        'query("SELECT pg_sleep(30)")',
        "assert time.monotonic() < 5",
        "assert 0.3 <= time.perf_counter() - started < 2",
        "started = time.time()\n    spent = time.time() - started\n    assert spent < 1",
        "times.append(time.monotonic() - started)\n    assert max(times[1:]) < 0.05",
        "while datetime.now() < deadline: pass",
        "assert min(seconds(act) for _ in range(3)) < 1",
    ],
)
def test_sleeps_and_comparisons_are_found(findings: Findings, statement: str) -> None:
    source = f"""
def seconds(act):
    started = process_time()
    act()
    return process_time() - started

async def test_something():
    {statement}
"""

    assert [place for _line, place, _what in findings(source)] == ["test_something"]


@pytest.mark.parametrize(
    "statement",
    [
        "assert len(rows) < 5",
        "assert row.valid_until == timezone.now() + HOUR",
        "make(ends_at=time.time() + 3600)",
        "assert is_done.wait(30)",
    ],
)
def test_instants_that_are_only_values_are_not(findings: Findings, statement: str) -> None:
    assert findings(f"def test_something():\n    {statement}\n") == []
