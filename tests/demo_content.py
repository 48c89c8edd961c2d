"""Load the demo content once for a whole module of tests.

Only the tests of the demo itself may use this: the facts of the source, and how the command behaves.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import orjson
from django.conf import settings
from django.db import transaction
from django.test import Client
from django.test.utils import override_settings
from pytest_django import DjangoDbBlocker

from home.demo.load import load_demo

LOGIN, PASSWORD = "demo-admin", "demo-password"
# Big pictures take seconds; what they look like is no matter here.
SMALL = (160, 90)


@contextmanager
def demo_content(blocker: DjangoDbBlocker) -> Iterator[int]:
    """Hold the demo content in the database until the end; yield how many things were loaded."""
    accounts = override_settings(DEMO_LOGIN=LOGIN, DEMO_PASSWORD=PASSWORD)
    with blocker.unblock(), transaction.atomic(), accounts:
        yield load_demo(picture_size=SMALL)
        transaction.set_rollback(True)


def ask(query: str, **variables: Any) -> Any:
    """Return the data that POST /graphql answers to a query, which must have no errors."""
    body = orjson.dumps({"query": query, "variables": variables})
    response = Client().post("/graphql", body, content_type="application/json")
    answer = orjson.loads(response.content)
    assert "errors" not in answer, answer
    return answer["data"]


def frontend(path: str) -> str:
    """Return the address of a path on the frontend."""
    return f"{settings.FRONTEND_BASE_URL}{path}"
