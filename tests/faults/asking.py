"""Ask `/sync` in a process of its own: `python -m tests.faults.asking [CURSOR]`, the answer as JSON."""

import json
import sys

import django


def main(after: str = "") -> None:
    """Print the status, how long to wait, and the body."""
    django.setup()
    from django.test import Client

    answer = Client().get("/sync", {"after": after} if after else {})
    told = [answer.status_code, answer.headers.get("Retry-After"), json.loads(answer.content)]
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    main(*sys.argv[1:])
