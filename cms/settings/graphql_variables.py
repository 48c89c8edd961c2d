"""List the variables that bound what one GraphQL request, and one client, may ask for."""

from cms.settings.refusals import refuse_outside
from cms.settings.variables import Variable


def _most(name: str, default: int, meaning: str) -> Variable:
    """Return a limit that is the same in development and production."""
    return Variable(f"GRAPHQL_{name}", int, default, default, meaning, refuse_outside(1))


TABLE: tuple[Variable, ...] = (
    _most("BODY_MAX_BYTES", 102_400, "Most bytes in the body of a request."),
    _most("CHARACTERS_MAX", 16_000, "Most characters in a GraphQL document."),
    _most("TOKENS_MAX", 2_000, "Most tokens in a GraphQL document."),
    _most("COMMENTS_MAX", 50, "Most comments in a GraphQL document."),
    _most("DEPTH_MAX", 12, "Most levels of fields in a GraphQL document."),
    _most("INTROSPECTION_DEPTH_MAX", 16, "The same for documents that ask about the schema alone."),
    _most("ROOT_FIELDS_MAX", 20, "Most different fields at the root of a GraphQL document."),
    _most("FIELDS_MAX", 500, "Most fields in a GraphQL document, fragments written out."),
    _most("ALIASES_MAX", 30, "Most aliases in a GraphQL document, fragments written out."),
    _most("DIRECTIVES_MAX", 50, "Most directives in a GraphQL document, fragments written out."),
    _most("FRAGMENTS_MAX", 50, "Most fragments in a GraphQL document."),
    _most("OPERATIONS_MAX", 20, "Most operations in a GraphQL document; one of them is executed."),
    _most("VALUES_MAX", 1_000, "Most values in the variables of a request, lists counted out."),
    _most("COST_MAX", 10_000, "Most nodes that one operation could return."),
    _most("INTROSPECTION_COST_MAX", 100_000, "The same for what is asked about the schema."),
    _most("STATEMENTS_MAX", 60, "Most SQL statements for one operation."),
    _most("DEADLINE_SECONDS", 3, "Longest that answering one request may take."),
    _most("ANSWER_MAX_BYTES", 2_097_152, "Most bytes in one answer."),
    Variable(
        "GRAPHQL_RATE_PER_MINUTE",
        int,
        0,
        2_000_000,
        "Nodes that one client may ask for in a minute, in the long run. 0 means no such limit.",
        refuse_outside(0),
    ),
    _most("RATE_BURST", 400_000, "Nodes that one client may ask for at once, after a pause."),
    Variable(
        "REQUESTS_AT_ONCE",
        int,
        4,
        4,
        "How many requests one process works on at once: so many of GraphQL, and so many of the rest.",
        refuse_outside(1),
    ),
    Variable(
        "BODIES_AT_ONCE",
        int,
        224,
        224,
        "How many bodies of requests one process waits for at once; fewer than WEB_THREADS, so that "
        "requests without a body are always answered.",
        refuse_outside(1),
    ),
    Variable(
        "ONE_THREAD_LEADS",
        bool,
        True,
        True,
        "Let one thread of a process lead while requests are short, and the others rest. Slower where "
        "the database is far away.",
    ),
    Variable(
        "TRUSTED_PROXY_COUNT",
        int,
        0,
        1,
        "How many proxies of yours stand in front, each adding to X-Forwarded-For. 0: none does.",
        refuse_outside(0, 10),
    ),
)
