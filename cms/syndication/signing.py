"""Make and change the secrets by which portals check what is sent to them.

They are stored as they are, because signing needs them: docs/adr/0025-secrets-at-rest.md.

Source: Standard Webhooks 1.0, which names their form and lets a message carry several signatures.
"""

import base64
import datetime as dt
import secrets

from cms.syndication.models import Portal
from cms.syndication.webhooks import PREFIX

RANDOM_BYTES = 32
# How long what is sent is signed with the former secret as well.
OVERLAP = dt.timedelta(hours=24)

FIELDS = ["secret", "former_secret", "former_secret_until"]


def new_secret() -> str:
    """Return a secret that was never used before."""
    return PREFIX + base64.b64encode(secrets.token_bytes(RANDOM_BYTES)).decode()


def rotate(portal: Portal, *, now: dt.datetime) -> str:
    """Give a portal a new secret and return it, the only moment at which it can be read.

    Shape: the former one signs along for 24 hours. One that was former already counts no longer.
    """
    if portal.secret:
        portal.former_secret, portal.former_secret_until = portal.secret, now + OVERLAP
    portal.secret = new_secret()
    portal.save(update_fields=FIELDS)
    return portal.secret
