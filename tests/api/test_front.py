"""The front answers as Django's view does, and leaves to Django what Django decides."""

import io
from typing import Any

import orjson
import pytest
from django.core.handlers.wsgi import WSGIHandler

from cms.api.front import Front

pytestmark = pytest.mark.django_db
QUERY = orjson.dumps({"query": "{ __typename }"})
ANSWER = b'{"data":{"__typename":"Query"}}'
Told = tuple[int, dict[str, str], bytes]


def _told(application: Any, **changes: str) -> Told:
    """Send a request to a WSGI application; a name that is empty is left out."""
    body = QUERY if changes.get("REQUEST_METHOD", "POST") == "POST" else b""
    environ: dict[str, Any] = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": "/graphql",
        "QUERY_STRING": "",
        "SERVER_NAME": "cms.test",
        "SERVER_PORT": "80",
        "HTTP_HOST": "cms.test",
        "CONTENT_TYPE": "application/json",
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": io.StringIO(),
        **changes,
    }
    seen: list[Any] = []
    parts = application(
        {name: value for name, value in environ.items() if value != ""},
        lambda status, headers, exc_info=None: seen.append((status, headers)),
    )
    content = b"".join(parts)
    if hasattr(parts, "close"):
        parts.close()
    status, headers = seen[0]
    assert len({name for name, _value in headers}) == len(headers)
    # The one thing that is another one each time.
    return int(status.split()[0]), dict(headers) | {"X-Request-Id": "…"}, content


def _unreachable(environ: Any, start_response: Any) -> Any:
    raise AssertionError("The front handed the request on.")


def _marked(environ: Any, start_response: Any) -> Any:
    start_response("299 Django", [])
    return [b""]


EMPTY_LENGTH = ("Content-Length", "0")
GET = {"REQUEST_METHOD": "GET", "QUERY_STRING": "query={__typename}"}
ALIKE: list[dict[str, str]] = [
    {},
    GET,
    {**GET, "REQUEST_METHOD": "HEAD"},
    {"REQUEST_METHOD": "OPTIONS"},
    {"REQUEST_METHOD": "PUT"},
    {"CONTENT_TYPE": "text/plain"},
    {"HTTP_ACCEPT": "text/html"},
    {"HTTP_ACCEPT": "application/graphql-response+json"},
    {"HTTP_COOKIE": "sessionid=x"},
    {"HTTP_ORIGIN": "https://site.example"},
    {"PATH_INFO": "/graphql/schema.graphql", "REQUEST_METHOD": "GET"},
    {
        "PATH_INFO": "/graphql/schema.graphql",
        "REQUEST_METHOD": "GET",
        "HTTP_ACCEPT_ENCODING": "gzip",
    },
]


@pytest.mark.parametrize("request_", ALIKE)
def test_the_front_answers_what_the_view_answers(request_: dict[str, str]) -> None:
    by_front = _told(Front(_unreachable), **request_)
    by_django = _told(WSGIHandler(), **request_)

    # Django's middleware counts bytes also where there are none to send.
    assert by_front == _without_empty_length(by_django)


def _without_empty_length(told: Told) -> Told:
    status, headers, content = told
    kept = {name: value for name, value in headers.items() if (name, value) != EMPTY_LENGTH}
    return status, kept, content


def test_the_front_protects_as_django_does_by_https(settings: Any) -> None:
    settings.SECURE_HSTS_SECONDS = 300
    settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    settings.SECURE_HSTS_PRELOAD = True
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    secure = {"HTTP_X_FORWARDED_PROTO": "https, http"}

    status, headers, content = _told(Front(_unreachable), **secure)

    assert (status, content) == (200, ANSWER)
    assert headers["Strict-Transport-Security"] == "max-age=300; includeSubDomains; preload"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert (status, headers, content) == _told(WSGIHandler(), **secure)
    assert "Strict-Transport-Security" not in _told(Front(_unreachable))[1]


@pytest.mark.parametrize("host", ["evil.example", "cms.test.evil.example", "a b", "", "x" * 300])
def test_a_host_that_is_not_ours_is_refused_as_django_refuses_it(host: str) -> None:
    request = {"HTTP_HOST": host, "SERVER_NAME": "evil.example"}

    status, _headers, content = _told(Front(WSGIHandler()), **request)

    assert status == 400
    assert ANSWER not in content


@pytest.mark.parametrize("host", ["cms.test", "CMS.test:8000", "127.0.0.1:1"])
def test_a_host_of_ours_is_answered(host: str) -> None:
    assert _told(Front(_unreachable), HTTP_HOST=host)[0] == 200


def test_hosts_may_be_told_by_their_end(settings: Any) -> None:
    settings.ALLOWED_HOSTS = [".cms.test"]

    assert _told(Front(_unreachable), HTTP_HOST="a.cms.test")[0] == 200
    assert _told(Front(_marked), HTTP_HOST="acms.test")[0] == 299


def test_plain_http_is_sent_to_https_where_django_would(settings: Any) -> None:
    settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

    status, headers, content = _told(Front(WSGIHandler()), **GET)

    assert (status, content) == (301, b"")
    assert headers["Location"] == "https://cms.test/graphql?query=%7B__typename%7D"
    assert _told(Front(_marked), HTTP_X_FORWARDED_PROTO="http")[0] == 299
    assert _told(Front(_unreachable), HTTP_X_FORWARDED_PROTO="https")[0] == 200


@pytest.mark.parametrize(
    "request_",
    [
        {"PATH_INFO": "/graphql/"},
        {"PATH_INFO": "/healthz"},
        {"HTTP_AUTHORIZATION": "Bearer x"},
    ],
)
def test_what_is_django_s_is_handed_on(request_: dict[str, str]) -> None:
    assert _told(Front(_marked), **request_)[0] == 299


def test_a_body_in_chunks_is_read_where_the_server_ends_it() -> None:
    chunked = {"CONTENT_LENGTH": "", "wsgi.input_terminated": True}
    endless: dict[str, Any] = {**chunked, "wsgi.input": io.BytesIO(b" " * 200_000)}

    assert _told(Front(_unreachable), **chunked)[2] == ANSWER  # type: ignore[arg-type]
    assert _told(Front(_unreachable), **endless)[0] == 413
    assert _told(Front(_unreachable), CONTENT_LENGTH="")[0] == 400
