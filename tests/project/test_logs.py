"""Every line that is logged can be read by a machine and belongs to its request."""

import json
import logging
import re
import sys

import pytest
from django.conf import settings
from django.core.mail import send_mail
from django.test import Client, override_settings

from cms.logs import (
    REQUEST_ID,
    JsonLines,
    KnowsItsRequest,
    WithoutRefusals,
    WithoutResetLinks,
    request_id_of,
)
from cms.settings import base

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"


def line(record: logging.LogRecord) -> dict[str, object]:
    KnowsItsRequest().filter(record)
    text = JsonLines().format(record)
    assert "\n" not in text
    found: dict[str, object] = json.loads(text)
    return found


def record(message: str, *arguments: object, **options: object) -> logging.LogRecord:
    logger = logging.getLogger("cms.test")
    return logger.makeRecord("cms.test", logging.WARNING, "file", 1, message, arguments, None)


def test_a_line_says_when_what_and_for_which_request() -> None:
    mark = REQUEST_ID.set("request-1234")
    made = record("slow\nby %d", 3)
    made.facts = {"sql": 2}
    found = line(made)
    REQUEST_ID.reset(mark)

    at = found.pop("at")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:.]+\+00:00", str(at))
    assert found == {
        "level": "WARNING",
        "logger": "cms.test",
        "message": "slow\nby 3",
        "request_id": "request-1234",
        "sql": 2,
    }


def test_outside_of_requests_a_line_names_none() -> None:
    assert "request_id" not in line(record("started"))


def test_an_exception_stays_on_its_line() -> None:
    made = record("failed")
    try:
        raise ValueError("reason")
    except ValueError:
        made.exc_info = sys.exc_info()

    assert str(line(made)["exception"]).endswith("ValueError: reason")


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({"HTTP_X_REQUEST_ID": "from-proxy-1"}, "from-proxy-1"),
        ({"HTTP_TRACEPARENT": f"00-{TRACE}-00f067aa0ba902b7-01"}, TRACE),
        (
            {"HTTP_X_REQUEST_ID": "a b\n", "HTTP_TRACEPARENT": f"00-{TRACE}-00f067aa0ba902b7-01"},
            TRACE,
        ),
    ],
)
def test_the_id_that_comes_with_a_request_is_kept(environ: dict[str, str], expected: str) -> None:
    assert request_id_of(environ) == expected


@pytest.mark.parametrize("sent", ["", "short", "x" * 65, "a\nforged: line", "<script>alert"])
def test_another_id_is_replaced_by_one_of_ours(sent: str) -> None:
    made = {request_id_of({"HTTP_X_REQUEST_ID": sent}) for _ in range(100)}

    assert len(made) == 100
    assert all(re.fullmatch(r"[0-9a-f]{16}", one) for one in made)


def test_a_trace_of_zeros_is_no_trace() -> None:
    found = request_id_of({"HTTP_TRACEPARENT": f"00-{'0' * 32}-00f067aa0ba902b7-01"})

    assert re.fullmatch(r"[0-9a-f]{16}", found)


ADDRESS = "/admin/password_reset/confirm/MQ/c9z-0a1b2c3d4e5f/"


@pytest.mark.parametrize(
    ("message", "arguments"),
    [
        ("Not Found: %s", (ADDRESS,)),
        ('"GET %s HTTP/1.1" %s %s', (ADDRESS, "302", "0")),
        (f"failed at http://cms.test{ADDRESS}?next=/", ()),
    ],
)
def test_a_line_holds_no_token_that_sets_a_password(
    message: str, arguments: tuple[str, ...]
) -> None:
    made = record(message, *arguments)

    WithoutResetLinks().filter(made)

    assert "reset_links" in settings.LOGGING["handlers"]["console"]["filters"]
    text = str(line(made)["message"])
    assert "password_reset/confirm/…" in text
    assert "c9z" not in text
    assert "MQ" not in text


@pytest.mark.django_db
def test_a_flood_of_refusals_is_no_flood_of_lines(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    with override_settings(PASSWORDS_AT_ONCE=0):
        busy = client.post("/admin/login/", {"username": "a", "password": "b"})
    with override_settings(AXES_FAILURE_LIMIT=0):
        late = client.post("/admin/login/", {"username": "a", "password": "b"})
    client.get("/nothing")
    said = [made for made in caplog.records if made.name == "django.request"]

    kept = [made.getMessage() for made in said if WithoutRefusals().filter(made)]

    assert "refusals" in settings.LOGGING["handlers"]["console"]["filters"]
    assert (busy.status_code, late.status_code) == (503, 429)
    assert (len(said), kept) == (3, ["Not Found: /nothing"])


def test_other_lines_stay_as_they_are() -> None:
    made = record("Not Found: %s", "/admin/password_reset/")

    WithoutResetLinks().filter(made)

    assert (made.msg, made.args) == ("Not Found: %s", ("/admin/password_reset/",))


def test_a_mail_that_cannot_be_sent_is_logged_without_its_text(
    caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    with override_settings(EMAIL_BACKEND=base.EMAIL_BACKEND):
        sent = send_mail("Password reset", f"http://cms.test{ADDRESS}", None, ["a@example.org"])

    assert sent == 0
    assert caplog.messages == ["mail not sent, EMAIL_HOST is not set: Password reset"]
    assert ADDRESS not in "".join(capsys.readouterr())


@pytest.mark.django_db
def test_without_a_mail_server_no_reset_is_offered(client: Client) -> None:
    assert client.get("/admin/password_reset/").status_code == 404
    assert "password_reset" not in client.get("/admin/login/").content.decode()
