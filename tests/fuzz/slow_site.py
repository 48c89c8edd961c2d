"""Be the site under the server of production, with a deadline for bodies that a test sets."""

import os

from cms import slow_clients

slow_clients.DEADLINE_SECONDS = float(os.environ["BODY_DEADLINE_SECONDS"])

from cms.wsgi import application  # noqa: E402

__all__ = ["application"]
