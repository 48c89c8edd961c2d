"""Who asks for a new password learns nothing of who has an account, not even by the clock."""

import threading
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cms.accounts import forms
from cms.accounts.reset_mails import ResetMails

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("editor")]
FORM = "/admin/password_reset/"
# Only turns a hang into a failure.
HANG_SECONDS = 60.0
KNOWN, UNKNOWN = "ani@cluster.test", "nobody@cluster.test"


@pytest.fixture(autouse=True)
def mails(settings: Any, monkeypatch: pytest.MonkeyPatch) -> ResetMails:
    """Return what waits to be sent; a test takes the steps of the thread."""
    settings.WAGTAIL_PASSWORD_RESET_ENABLED = True
    # Nothing of what other runs have sent counts.
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    found = ResetMails()
    monkeypatch.setattr(found, "_start", lambda: None)
    monkeypatch.setattr(forms, "MAILS", found)
    # A step ends with closing the connections of its thread, which is that of the test here.
    monkeypatch.setattr("cms.accounts.reset_mails.connections.close_all", lambda: None)
    return found


def _ask(address: str) -> Any:
    return Client().post(FORM, {"email": address})


def test_a_link_is_sent_after_the_request(mails: ResetMails) -> None:
    answer = _ask(KNOWN)
    before = len(mail.outbox)
    mails.step()

    (message,) = mail.outbox
    assert (answer.status_code, before) == (302, 0)
    assert message.to == [KNOWN]
    assert "http://cms.test/admin/password_reset/confirm/" in message.body


def test_both_are_answered_alike_and_ask_the_database_alike(mails: ResetMails) -> None:
    seen = []
    for address in (KNOWN, UNKNOWN):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            answer = _ask(address)
        headers = {name: value for name, value in answer.headers.items() if name != "Date"}
        seen.append((answer.status_code, headers, answer.content, len(queries)))
    mails.step()
    mails.step()

    assert seen[0] == seen[1]
    assert seen[0][3] == 0
    assert [message.to for message in mail.outbox] == [[KNOWN]]


def test_nobodys_mailbox_is_filled(mails: ResetMails, caplog: pytest.LogCaptureFixture) -> None:
    statuses = [_ask(address).status_code for address in (*[KNOWN] * 5, KNOWN.upper())]
    for _ in range(mails._waiting.qsize()):
        mails.step()

    assert statuses == [302] * 6
    assert len(mail.outbox) == 3
    assert KNOWN not in caplog.text.casefold()


def test_more_than_can_wait_are_answered_all_the_same(
    mails: ResetMails, monkeypatch: pytest.MonkeyPatch
) -> None:
    mails._waiting.maxsize = 2

    statuses = [_ask(f"{number}@cluster.test").status_code for number in range(4)]

    assert statuses == [302] * 4
    assert mails._waiting.qsize() == 2


def test_a_mail_server_that_fails_is_logged_without_the_link(
    mails: ResetMails, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    settings.EMAIL_BACKEND = "tests.accounts.test_reset_mails.FailingBackend"
    _ask(KNOWN)

    mails.step()

    assert "Failed to send password reset email" in caplog.text
    assert "confirm/" not in caplog.text


def test_a_thread_sends_and_goes_on_after_a_failure(
    settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    def fail() -> None:
        raise OSError("The database is away.")

    mails, sent = ResetMails(), threading.Event()

    mails.put("one@cluster.test", fail)
    mails.put("two@cluster.test", sent.set)

    assert sent.wait(HANG_SECONDS)
    assert "a link for a new password was not sent" in caplog.text
    assert "cluster.test" not in caplog.text


class FailingBackend:
    def __init__(self, **_options: Any) -> None:
        pass

    def send_messages(self, _messages: Any) -> int:
        raise OSError("The mail server is away.")
