"""The caches of Apollo, urql and Relay keep the languages of one thing apart."""

import json
import re
import shutil
import subprocess
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import orjson
import pytest

from cms.api.pipeline import respond
from cms.content.models import Term
from cms.publishing.reading import stored
from cms.publishing.reading.context import ReadContext
from frontend_contract.check import ROOT
from home.models import ClusterPage
from news.models import NewsPage
from tests.contract.asking import data
from tests.contract.conftest import settle, whole_world
from tests.contract.whole_world import NOW, WholeWorld
from tests.node_packages import install, run

__all__ = ["whole_world"]
pytestmark = [pytest.mark.deep, pytest.mark.django_db]

HERE = Path(__file__).parent
FILES = ("page.graphql", "read.mjs", "project.config.json")
REFETCH = re.compile(r'"text": ("query ProjectNewsQuery.*")$', re.MULTILINE)
CYRILLIC = re.compile(r"[а-яА-Я]")


class Answering(BaseHTTPRequestHandler):
    """Answer GraphQL in the thread, and so in the transaction, of the test."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        answer = respond(body, context=ReadContext(now=NOW))
        self.send_response(answer.status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        self.wfile.write(answer.body)

    def log_message(self, *_words: Any) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install the clients, and return the folder."""
    folder = tmp_path_factory.mktemp("clients")
    shutil.copytree(HERE / "project", folder / "project")
    shutil.copy(ROOT / "schema.graphql", folder)
    return install(HERE, folder, files=FILES)


@pytest.fixture
def languages(whole_world: WholeWorld) -> None:
    """Let pages in both languages show the same things, whose Bulgarian texts differ."""
    page = ClusterPage.objects.get(pk=whole_world.world.cluster_bg.pk)
    source = ClusterPage.objects.get(pk=whole_world.world.cluster.pk)
    page.cross_sectoral_industries.set(source.cross_sectoral_industries.all())
    page.programmes.set(source.programmes.all())
    page.contact = source.contact
    page.save()
    whole_world.world.settings.site_name_bg = "Сайтът"
    whole_world.world.settings.save()
    article = NewsPage.objects.get(locale__language_code="bg")
    body = list(article.body.raw_data)
    heading = next(block for block in body if block["type"] == "heading")
    heading["value"] = {**heading["value"], "text": "Заглавие"}
    article.body = json.dumps(body)
    article.save()
    assert Term.objects.filter(label_bg__startswith="Термин").exists()
    settle()


def read(folder: Path) -> dict[str, Any]:
    """Return what each client read, and how often it asked the server."""
    server = HTTPServer(("127.0.0.1", 0), Answering)
    server.timeout = 0.2
    address = f"http://127.0.0.1:{server.server_port}/graphql"
    command = ["node", "read.mjs", address, str(ROOT / "schema.graphql")]
    with (folder / "told").open("wb+") as told, server:
        client = subprocess.Popen(command, cwd=folder, stdout=told)
        while client.poll() is None:
            server.handle_request()
        told.seek(0)
        assert client.returncode == 0
        found: dict[str, Any] = orjson.loads(told.read())
    return found


@pytest.mark.usefixtures("languages")
def test_no_client_shows_bulgarian_on_an_english_page(installed: Path) -> None:
    found = read(installed)

    assert found.keys() == {"apollo", "urql", "relay"}
    for name, client in found.items():
        assert client["warnings"] == [], name
        assert client["first"] == client["again"], name
        assert not CYRILLIC.search(json.dumps(client["again"], ensure_ascii=False)), name
        for word in ("Термин", "Директор", "Сайтът", "Заглавие"):
            assert word in json.dumps(client["other"], ensure_ascii=False), name
        # The third time each answered from what it keeps.
        assert client["asked"] == 2, name


@pytest.mark.usefixtures("languages")
def test_every_client_would_mix_languages_under_one_id(
    installed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stored, "id_in_language", lambda source, **_language: source)

    found = read(installed)

    for name, client in found.items():
        assert CYRILLIC.search(json.dumps(client["again"], ensure_ascii=False)), name


def test_relay_refetches_a_project_and_pages_through_its_news_from_both_ends(
    installed: Path, whole_world: WholeWorld
) -> None:
    (installed / "project" / "generated").mkdir()
    run(["node_modules/.bin/relay-compiler", "project.config.json"], folder=installed)
    compiled = installed / "project" / "generated" / "ProjectNewsQuery.graphql.js"
    found = REFETCH.search(compiled.read_text())
    assert found is not None
    refetch = json.loads(found[1])
    project = whole_world.projects[0]

    def news(**window: Any) -> Any:
        variables = {"id": project.public_id, "first": None, **window}
        return data(refetch, **variables)["node"]["news"]

    def titles(page: Any) -> list[str]:
        return [edge["node"]["title"] for edge in page["edges"]]

    all_of_it = news(first=100)
    assert len(titles(all_of_it)) >= 2
    one = news(first=1)
    two = news(first=1, after=one["pageInfo"]["endCursor"])
    back = news(last=1, before=two["pageInfo"]["startCursor"])
    assert titles(one) + titles(two) == titles(all_of_it)[:2]
    assert (titles(back), back["pageInfo"]["hasNextPage"]) == (titles(one), True)
