"""Write requests as the bytes that go over the wire, so that a generator has nothing to compute."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import orjson

# Where a generator puts a number that no request had before; the same length as what replaces it.
SALT = "@SALT@@@@@@@"
LINE = "\r\n"
# Stands for a line's end in the file that a generator reads, one request a line.
MARK = "\x01"


@dataclass(frozen=True, slots=True)
class Sending:
    """Hold requests that are sent in turn, and what a right answer to them is like."""

    requests: tuple[bytes, ...]
    status: int = 200
    least_bytes: int = 0

    def write(self, path: Path) -> None:
        """Write the file that a generator reads."""
        end = MARK.encode()
        lines = (request.replace(LINE.encode(), end) for request in self.requests)
        path.write_bytes(b"\n".join(lines) + b"\n")


def post(path: str, body: dict[str, object], *, port: int) -> bytes:
    """Return a POST request with a JSON body."""
    content = orjson.dumps(body)
    head = (
        f"POST {path} HTTP/1.1",
        f"Host: 127.0.0.1:{port}",
        "Content-Type: application/json",
        "Accept: application/json",
        f"Content-Length: {len(content)}",
    )
    return _head(head) + content


def get(path: str, *, port: int, headers: Iterable[str] = ()) -> bytes:
    """Return a GET request."""
    head = (f"GET {path} HTTP/1.1", f"Host: 127.0.0.1:{port}", "Accept: application/json")
    return _head((*head, *headers))


def query_path(query: str, variables: dict[str, object]) -> str:
    """Return the path of the same operation asked by GET."""
    asked = quote(orjson.dumps(variables).decode(), safe="")
    return f"/graphql?query={quote(query, safe='')}&variables={asked}"


def _head(lines: Iterable[str]) -> bytes:
    return (LINE.join(lines) + LINE * 2).encode()
