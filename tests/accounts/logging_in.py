"""Log in as a browser does."""

from typing import Any

from django.test import Client

NAME, PASSWORD = "ani", "what only Ani knows"
LOG_IN = "/admin/login/"


def log_in(
    password: str,
    *,
    name: str = NAME,
    address: str = "192.0.2.1",
    client: Client | None = None,
    **more: Any,
) -> Any:
    """Send the form of the log-in page from an address; return the answer."""
    form = {"username": name, "password": password, "next": "/admin/"}
    return (client or Client()).post(LOG_IN, form, REMOTE_ADDR=address, **more)


def is_in(answer: Any) -> bool:
    """Say whether an answer let somebody in."""
    return answer.status_code == 302 and "sessionid" in answer.cookies


def fail(count: int, **named: Any) -> list[int]:
    """Send so many wrong passwords, and return how each was answered."""
    return [log_in(f"wrong {number}", **named).status_code for number in range(count)]
