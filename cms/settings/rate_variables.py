"""List the variables that bound how often one client may ask at each public surface but GraphQL."""

from cms.settings.refusals import refuse_outside
from cms.settings.variables import Variable

# Surface, requests a minute, and what they are for. Four times as many may come at once.
_SURFACES = (
    ("SYNC", 600, "pages of /sync"),
    ("FEEDS", 300, "feeds"),
    ("CALENDAR", 300, "calendars"),
    ("SITEMAP", 300, "sitemaps"),
    ("OAI", 600, "OAI-PMH"),
    ("FILES", 6_000, "published pictures and documents"),
    ("HUB", 30, "the WebSub hub"),
    ("EVENTS", 60, "streams of live updates"),
    ("OTHER", 600, "any other public address, wrong ones and the log-in page included"),
    ("LOG_IN", 20, "log-ins and links for new passwords"),
    ("ADMIN", 6_000, "the admin, pictures in it included"),
)
SURFACES = tuple(name for name, _number, _what in _SURFACES)


def variable_of(surface: str) -> str:
    """Return the name of a surface's variable."""
    return f"{surface}_RATE_PER_MINUTE"


_STREAMS = Variable(
    "EVENTS_STREAMS_PER_CLIENT",
    int,
    20,
    20,
    "Most streams of live updates that one client may hold open. 0 means no such limit.",
    refuse_outside(0),
)

TABLE: tuple[Variable, ...] = (
    *(
        Variable(
            variable_of(name),
            int,
            number,
            number,
            f"Most requests of one client in a minute, in the long run, for {what}; four times as many "
            "at once. 0 means no such limit.",
            refuse_outside(0),
        )
        for name, number, what in _SURFACES
    ),
    _STREAMS,
)
