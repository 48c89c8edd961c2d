"""Let the published plane hold many items without writing as many pages: copy its rows.

python -m tests.bench.http.growing ITEMS
"""

import sys

import django
from django.db import connection

from tests.bench.step import settle

FIRST_KEY = 10_000_000


def _sooner(column: str) -> str:
    """Return the SQL of an instant that lies some minutes before that of the original."""
    minutes = "c.n * 7"
    if connection.vendor == "postgresql":
        return f"i.{column} - ({minutes}) * interval '1 minute'"
    return f"datetime(i.{column}, '-' || ({minutes}) || ' minutes')"


def grow(items: int) -> int:
    """Copy the visible news until there are so many; return how many there are then."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM publishing_publisheditem WHERE type = 'NewsPage'")
        (present,) = cursor.fetchone()
        copies = max(0, items // present - 1)
        numbers = (
            "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c"
            f" WHERE n + 1 <= {copies})"
        )
        key = f"'page:' || ({FIRST_KEY} + c.n * {present * 10} + CAST(substr(i.key, 6) AS bigint))"
        values = {
            "key": key,
            "public_id": "i.public_id || '-' || c.n",
            "path": "i.path || c.n || '/'",
            "translation_key": "''",
            "sort_at": _sooner("sort_at"),
            "seq": "1",
        }
        if copies:
            cursor.execute(_insert("publishing_publisheditem", values, numbers))
            facets = {"key": key, "sort_at": values["sort_at"]}
            cursor.execute(_insert("publishing_facet", facets, numbers))
        cursor.execute("UPDATE publishing_contentclock SET value = value + 1")
    settle(connection)
    return int(present * (copies + 1))


def _insert(table: str, values: dict[str, str], numbers: str) -> str:
    with connection.cursor() as cursor:
        described = connection.introspection.get_table_description(cursor, table)
    names = [column.name for column in described if column.name != "id"]
    selected = ", ".join(values.get(name, f"i.{name}") for name in names)
    return (
        f"INSERT INTO {table} ({', '.join(names)}) {numbers} SELECT {selected}"
        f" FROM {table} i CROSS JOIN c WHERE i.type = 'NewsPage'"
    )


if __name__ == "__main__":
    django.setup()
    sys.stdout.write(str(grow(int(sys.argv[1]))))
