"""Bound what executing one operation may take: time, statements, and the size of its answer."""

from django.conf import settings

from cms.api.errors import Code, Refused
from cms.publishing.reading.budget import Budget, BudgetSpent, TooManyStatements, Unanswered

DEADLINE_SECONDS: int = settings.GRAPHQL_DEADLINE_SECONDS
STATEMENTS_MAX: int = settings.GRAPHQL_STATEMENTS_MAX
ANSWER_MAX_BYTES: int = settings.GRAPHQL_ANSWER_MAX_BYTES


def allowance() -> Budget:
    """Return what one operation may spend, its time running from now."""
    return Budget(seconds=DEADLINE_SECONDS, statements=STATEMENTS_MAX)


def overspent(spent: BudgetSpent) -> Refused:
    """Return what a client is told of an operation that needs more than it may spend.

    Shape: 400 for what is the operation's own fault. 408 for one that took too long, which may be the
           operation or a busy server. 503 when the database does not even say that it stops.
    """
    if isinstance(spent, TooManyStatements):
        return Refused(
            Code.TOO_MANY_STATEMENTS,
            f"The operation needs more than {STATEMENTS_MAX} look-ups. Ask for fewer levels, or for"
            " less in several requests.",
        )
    if isinstance(spent, Unanswered):
        message = "The content is not reachable at the moment. Try again in a few seconds."
        return Refused(Code.SERVICE_UNAVAILABLE, message, status=503)
    return Refused(
        Code.DEADLINE_EXCEEDED,
        f"The operation took more than {DEADLINE_SECONDS} seconds. Ask for less, or try again later.",
        status=408,
    )


def check_answer(body: bytes) -> bytes:
    """Return an answer that is not too large.

    Raises: Refused.
    """
    if len(body) > ANSWER_MAX_BYTES:
        raise Refused(
            Code.ANSWER_TOO_LARGE,
            f"The answer has more than {ANSWER_MAX_BYTES} bytes. Ask for fewer things with `first`, or"
            " for less of each.",
        )
    return body
