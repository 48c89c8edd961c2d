"""GraphiQL is for development, and brings everything it needs."""

import os
import re
import subprocess
import sys
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

from cms.settings.env import BASE_DIR
from tests.settings.test_environment import SAFE

# Addresses of namespaces are names, not places.
ELSEWHERE = re.compile(
    r"(src|href|url|import|fetch)\s*[=(\s]\s*[\"'(]?\s*(https?:)?//", re.IGNORECASE
)


@pytest.fixture
def page(client: Client, settings: Any) -> Any:
    """Return the answer to the page's address where it is enabled."""
    settings.GRAPHIQL_ENABLED = True
    return client.get("/graphiql")


def _assets(text: str) -> list[str]:
    return re.findall(r'(?:src|href)="/static/([^"]+)"', text)


def test_the_page_names_the_endpoint_and_files_that_we_have(page: Any) -> None:
    text = page.content.decode()

    assert page.status_code == 200
    assert 'data-endpoint="/graphql"' in text
    assert _assets(text) == [
        "api/graphiql/graphiql.min.css",
        "api/graphiql/page.css",
        "api/graphiql/react.production.min.js",
        "api/graphiql/react-dom.production.min.js",
        "api/graphiql/graphiql.min.js",
        "api/graphiql/start.js",
    ]
    assert [name for name in _assets(text) if not finders.find(name)] == []


def test_the_page_and_its_styles_load_nothing_from_elsewhere(page: Any) -> None:
    texts = {"page": page.content.decode()}
    for name in _assets(texts["page"]):
        with open(str(finders.find(name)), encoding="utf-8") as file:  # noqa: PTH123 - a finder's text
            texts[name] = file.read()

    checked = {name: text for name, text in texts.items() if not name.endswith(".min.js")}
    assert {
        name: found for name, text in checked.items() if (found := ELSEWHERE.findall(text))
    } == {}
    assert "sourceMappingURL" not in "".join(texts.values())
    policy = page.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; script-src 'self';")
    assert "http" not in policy


def test_the_page_sets_no_cookie(page: Any) -> None:
    assert not page.cookies
    assert "Vary" not in page.headers


def test_the_licences_are_beside_the_files() -> None:
    for name in ("LICENSE.graphiql", "LICENSE.react"):
        path = BASE_DIR / "cms/api/static/api/graphiql" / name
        assert path.read_text(encoding="utf-8").startswith("MIT License")


def test_the_page_is_only_read(client: Client, settings: Any) -> None:
    settings.GRAPHIQL_ENABLED = True

    assert client.post("/graphiql").status_code == 405


def test_the_page_is_not_found_unless_enabled(client: Client) -> None:
    answer = client.get("/graphiql")

    assert (answer.status_code, answer.content) == (404, b"")


@pytest.mark.slow
def test_production_has_no_such_page() -> None:
    code = (
        "import django; django.setup();"
        "from django.test import RequestFactory; from cms.api.view import graphiql_view;"
        "print(graphiql_view(RequestFactory().get('/graphiql')).status_code)"
    )
    environment = {**SAFE, "DJANGO_SETTINGS_MODULE": "cms.settings.production"}

    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=BASE_DIR,
        env={"PATH": os.environ["PATH"], **environment},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.stdout, done.returncode) == ("404\n", 0), done.stderr
