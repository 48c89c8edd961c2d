"""Search on SQLite, where a quotation mark in a query separates words as other signs do."""

from typing import Any

from modelsearch.backends.database.sqlite.sqlite import SQLiteSearchBackend
from modelsearch.query import And, Boost, Not, Or, Phrase, PlainText


class SQLiteQuotingSearchBackend(SQLiteSearchBackend):
    """Keep quotation marks out of the terms of FTS5.

    Source: modelsearch puts terms between quotation marks without doubling those within: one in a query
    was a syntax error. Remove this when `Lexeme.as_sql` of modelsearch doubles them.
    """

    def _search(self, compiler: Any, query: Any, *args: Any, **kwargs: Any) -> Any:
        return super()._search(compiler, _without_marks(query), *args, **kwargs)


def _without_marks(query: Any) -> Any:
    """Return a query, whose parts may be queries, without quotation marks."""
    if isinstance(query, str):
        words = query.replace('"', " ").split()
        # Where nothing else is left, a doubled mark is a text that is nowhere.
        return " ".join(words) or query.replace('"', '""')
    if isinstance(query, PlainText):
        return PlainText(
            _without_marks(query.query_string), operator=query.operator, boost=query.boost
        )
    if isinstance(query, Phrase):
        return Phrase(_without_marks(query.query_string))
    if isinstance(query, And | Or):
        return type(query)([_without_marks(part) for part in query.subqueries])
    if isinstance(query, Not):
        return Not(_without_marks(query.subquery))
    if isinstance(query, Boost):
        return Boost(_without_marks(query.subquery), query.boost)
    return query
