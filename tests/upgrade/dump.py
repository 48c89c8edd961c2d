"""Write a database as SQL text, and read it back."""

import os
import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import psycopg

# SQLite keeps the index of texts in tables of its own, which are made anew.
INDEX = "wagtailsearch_indexentry_fts"
PARTS_OF_INDEX = f"""
SELECT sql FROM sqlite_master
WHERE (type = 'trigger' OR sql LIKE 'CREATE VIRTUAL %') AND sql LIKE '%{INDEX}%' ORDER BY type
"""
FILL_INDEX = f"""INSERT INTO {INDEX}(rowid, autocomplete, body, title)
SELECT id, autocomplete, body, title FROM wagtailsearch_indexentry"""


def write_sqlite(database: Path, target: Path) -> None:
    """Write all that is in a database file."""
    with closing(sqlite3.connect(database)) as connection:
        lines = [
            line
            for line in connection.iterdump()
            if INDEX not in line and "PRAGMA writable_schema" not in line
        ]
        parts = sorted(sql for (sql,) in connection.execute(PARTS_OF_INDEX))
    # "CREATE TRIGGER" comes before "CREATE VIRTUAL".
    more = [*reversed(parts), FILL_INDEX]
    target.write_text("\n".join([*lines, *(f"{sql};" for sql in more)]) + "\n")


def read_sqlite(source: Path, database: Path) -> None:
    """Make a database file of its text."""
    with closing(sqlite3.connect(database)) as connection:
        connection.executescript(source.read_text())


def write_postgresql(url: str, target: Path) -> None:
    """Write a whole database, without what only psql understands."""
    command = ["pg_dump", "--inserts", "--no-owner", "--no-privileges", url]
    text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    target.write_text(re.sub(r"^(\\.*|--.*|)\n", "", text, flags=re.MULTILINE))


def read_postgresql(source: Path, url: str) -> None:
    """Fill an empty database with what its text says."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(source.read_text().encode())


def main(url: str, target: Path) -> None:
    """Write the database at an address, of whichever sort it is."""
    if url.startswith("sqlite:"):
        write_sqlite(Path(url.removeprefix("sqlite:///")), target)
    else:
        write_postgresql(url, target)


if __name__ == "__main__":
    main(os.environ["DATABASE_URL"], Path(sys.argv[1]))
