"""Ask the front as a WSGI server does."""

import io
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import orjson

from cms.api.front import Front


@dataclass
class Answer:
    """Hold what came back."""

    status: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Server:
    """Be the front; `django` counts what it handed on."""

    front: Front
    handed_on: list[str] = field(default_factory=list)

    def post(self, query: str, variables: Any = None, **headers: str) -> Answer:
        """Ask by POST."""
        body = orjson.dumps({"query": query, "variables": variables})
        environ = {
            "REQUEST_METHOD": "POST",
            "CONTENT_TYPE": "application/json",
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.input": io.BytesIO(body),
        }
        return self.ask({**environ, **headers})

    def get(self, query: str, variables: Any = None, **headers: str) -> Answer:
        """Ask by GET."""
        asked = {"query": query, "variables": orjson.dumps(variables or {}).decode()}
        environ = {
            "REQUEST_METHOD": "GET",
            "QUERY_STRING": urlencode(asked),
            "wsgi.input": io.BytesIO(),
        }
        return self.ask({**environ, **headers})

    def ask(self, environ: dict[str, Any]) -> Answer:
        """Send a request."""
        began: list[Any] = []

        def begin(status: str, headers: Any, _error: Any = None) -> Any:
            began.append((status, headers))

        body = b"".join(
            self.front(
                {"PATH_INFO": "/graphql", "QUERY_STRING": "", "HTTP_HOST": "testserver", **environ},
                begin,
            )
        )
        ((status, headers),) = began
        names = [name for name, _value in headers]
        assert len(names) == len(set(names)), f"a header is there twice: {names}"
        return Answer(status, dict(headers), body)
