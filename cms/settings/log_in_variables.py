"""List the variables that bound guessing of passwords, and what passwords cost."""

from cms.settings.refusals import refuse_outside
from cms.settings.variables import Variable

TABLE: tuple[Variable, ...] = (
    Variable(
        "LOG_IN_FAILURES_MAX",
        int,
        5,
        5,
        "Wrong passwords for one account from one address, within 15 minutes, before it has to wait.",
        refuse_outside(1),
    ),
    Variable(
        "LOG_IN_FAILURES_PER_ADDRESS",
        int,
        50,
        50,
        "The same for all accounts together from one address.",
        refuse_outside(1),
    ),
    Variable(
        "PASSWORDS_AT_ONCE",
        int,
        2,
        2,
        "How many passwords one process computes hashes of at once, one at most for each client. "
        "Fewer than REQUESTS_AT_ONCE; beyond it a log-in is asked to come again.",
        refuse_outside(1),
    ),
)
