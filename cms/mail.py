"""Note in the log that a mail was not sent, where no mail server is set."""

import logging
from collections.abc import Sequence

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

logger = logging.getLogger(__name__)


class UnsentMailBackend(BaseEmailBackend):
    """Send nothing, and log the subject only: a body may hold a link that lets its reader in."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Return that no message was sent."""
        for message in email_messages:
            logger.warning("mail not sent, EMAIL_HOST is not set: %s", message.subject)
        return 0
