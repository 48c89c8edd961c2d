"""Hold one exchange over HTTP: what was asked, what is replied, and what is noted about it."""

import hashlib
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from http import HTTPStatus
from typing import Any

Headers = list[tuple[str, str]]
METHODS = ("GET", "HEAD", "POST")


def document_id_of(text: str) -> str:
    """Return the SHA-256 of a document, in hexadecimal."""
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()


class Asked:
    """Be one HTTP request as WSGI hands it over.

    Shape: nothing is read of the body until somebody reads it, and never more than it says it has.
    Source: PEP 3333.
    """

    def __init__(self, environ: Mapping[str, Any]) -> None:
        self.environ = environ
        self.method: str = environ["REQUEST_METHOD"]
        self.path: str = environ.get("PATH_INFO", "")
        self.query_string: str = environ.get("QUERY_STRING", "")

    def header(self, name: str) -> str:
        """Return a header by its name in lower case, empty when it is not there."""
        key = name.upper().replace("-", "_")
        if key not in {"CONTENT_TYPE", "CONTENT_LENGTH"}:
            key = f"HTTP_{key}"
        value: str = self.environ.get(key) or ""
        return value

    @cached_property
    def content_length(self) -> int:
        """Return how many bytes the body says it has; 0 when it does not say."""
        text = self.header("content-length")
        return int(text) if text.isascii() and text.isdigit() else 0

    def read(self, most: int) -> bytes:
        """Return the body, at most so many bytes of it; one in chunks has no length."""
        size = min(self.content_length, most)
        if not self.header("content-length") and self.environ.get("wsgi.input_terminated"):
            size = most
        body: bytes = self.environ["wsgi.input"].read(size) if size else b""
        return body


@dataclass(slots=True)
class Reply:
    """Hold one HTTP response."""

    status: int
    body: bytes = b""
    headers: Headers = field(default_factory=list)

    @property
    def status_line(self) -> str:
        """Return the status as WSGI wants it."""
        return f"{self.status} {HTTPStatus(self.status).phrase}"


@dataclass(slots=True)
class Question:
    """Hold what a client asked in GraphQL.

    Shape: `text` is the document, empty until it is found where only its id was sent; `document_id` as
           it was sent, then the document's SHA-256 in hexadecimal; `extensions` as they were sent;
           `media_type` is what the client wants the answer to be.
    """

    text: str
    variables: dict[str, Any] | None = None
    operation_name: str | None = None
    extensions: dict[str, Any] | None = None
    document_id: str = ""
    media_type: str = "application/json"
    is_trusted: bool = False


@dataclass(slots=True)
class Facts:
    """Hold what is noted about one request, for operators; nothing of it reaches clients.

    Shape: `cached` is "" for what was executed, else which cache answered; `code` is "" for an answer
           without errors, else the code of its first; `is_answered` once the document was found good;
           `client` is whose rate it counts against; `named` are the members of the schema that the
           variables name.
    Units: `started` is `time.perf_counter()`, seconds.
    """

    started: float = field(default_factory=time.perf_counter)
    question: Question | None = None
    operation_name: str = ""
    document_id: str = ""
    is_trusted: bool = False
    cost: int = 0
    sql: int = 0
    cached: str = ""
    code: str = ""
    request_id: str = ""
    client: str = ""
    named: tuple[str, ...] = ()
    is_answered: bool = False
