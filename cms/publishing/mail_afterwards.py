"""Send mail once the change that it tells of is committed.

Wagtail sends notifications in the middle of a request. Here that is inside a transaction that may be
refused or done again, and that keeps rows locked while a mail server is slow. ADR 0063.
"""

from typing import Any

from django.core.mail import EmailMessage

from cms.publishing.scopes import call_afterwards

_send = EmailMessage.send


def install() -> None:
    """Let every message wait; a backend of its own would not be used where settings name another."""
    EmailMessage.send = _send_afterwards  # type: ignore[method-assign]


def _send_afterwards(self: EmailMessage, *args: Any, **kwargs: Any) -> int:
    sent: list[int] = []
    call_afterwards(lambda: sent.append(_send(self, *args, **kwargs)))
    # Of one that waits it is not known yet.
    return sent[0] if sent else 1
