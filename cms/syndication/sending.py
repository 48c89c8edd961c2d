"""Make one attempt at one delivery, from asking its channel to writing down how it went."""

import logging

from django.db import DatabaseError

from cms.syndication.channels import NotSent, database_turn, route_of
from cms.syndication.leases import finish
from cms.syndication.models import Delivery
from cms.syndication.outbound import OutboundFailed, OutboundRefused, Reply

logger = logging.getLogger(__name__)


def attempt(delivery: Delivery) -> None:
    """Try a leased delivery once.

    Raises: DatabaseError when the end could not be written down: the lease then runs out, and the
            same message is sent again.
    """
    reply, error = _sent(delivery)
    with database_turn():
        finish(delivery, reply=reply, error=error)


def _sent(delivery: Delivery) -> tuple[Reply | None, str]:
    route = route_of(delivery.follower.channel)
    if route is None:
        return None, "Nothing in this installation sends on this channel."
    try:
        return route.send(delivery), ""
    except (OutboundFailed, OutboundRefused, NotSent) as failure:
        return None, str(failure)
    except DatabaseError:
        raise
    except Exception as error:
        # The words of an unknown error may carry content: they stay in the log, and the retries go on.
        logger.exception("delivery %s failed", delivery.message_id)
        return None, f"The message could not be made ({type(error).__name__})."
