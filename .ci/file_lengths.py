"""Fail on a module of more than 500 lines that does not say at its top why it stays whole."""

import subprocess
import sys
from pathlib import Path

LIMIT = 500
EXEMPT = ("/migrations/", "frontend_contract/generated/")
REASON = "Stays whole:"


def too_long(path: Path) -> bool:
    """Return whether a file is over the limit without a reason in its first lines."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return len(lines) > LIMIT and not any(REASON in line for line in lines[:15])


def main() -> int:
    """Print every module that is too long."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.py"]
    names = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    kept = [name for name in names if not any(part in name for part in EXEMPT)]
    long = [name for name in kept if Path(name).is_file() and too_long(Path(name))]
    for name in long:
        print(f"{name}: more than {LIMIT} lines. Make it a package, or write '{REASON} ...'.")
    print(f"File lengths: {len(kept)} modules, {len(long)} too long.")
    return 1 if long else 0


if __name__ == "__main__":
    sys.exit(main())
