"""Combine what the test runs covered and hold lines and branches, each, to its floor.

coverage's own ``fail_under`` judges one mixed number; a floor for each is stricter.
"""

import json
import subprocess
import sys
from pathlib import Path

LINES_FLOOR_PERCENT = 98.0
BRANCHES_FLOOR_PERCENT = 93.0
REPORT = Path(".cache/coverage.json")


def coverage(*arguments: str) -> None:
    """Run one command of coverage.

    Raises: CalledProcessError when it fails.
    """
    subprocess.run([sys.executable, "-m", "coverage", *arguments], check=True)


def percent(covered: int, all_of_them: int) -> float:
    """Return a share in percent; nothing to cover is covered."""
    return 100 * covered / all_of_them if all_of_them else 100.0


def main() -> int:
    """Print the table and both shares; 1 when one is below its floor."""
    if any(Path().glob(".coverage.*")):
        coverage("combine", "--quiet")
    coverage("report")
    REPORT.parent.mkdir(exist_ok=True)
    coverage("json", "--quiet", "-o", str(REPORT))
    totals = json.loads(REPORT.read_text())["totals"]
    lines = percent(totals["covered_lines"], totals["num_statements"])
    branches = percent(totals["covered_branches"], totals["num_branches"])
    print(
        f"Lines {lines:.1f} %, at least {LINES_FLOOR_PERCENT} %;"
        f" branches {branches:.1f} %, at least {BRANCHES_FLOOR_PERCENT} %."
    )
    return 0 if lines >= LINES_FLOOR_PERCENT and branches >= BRANCHES_FLOOR_PERCENT else 1


if __name__ == "__main__":
    sys.exit(main())
