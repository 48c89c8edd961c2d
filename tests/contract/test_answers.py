"""Every operation that a frontend sends is answered whole, as `answers/` has it.

The answers were read by people before they were kept. When one changes on purpose, the failing test
says where the new one is; read it, then put it in place of the old.
"""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from news.models import EventPage, NewsPage
from tests.contract.asking import TEXTS, data
from tests.contract.conftest import settle
from tests.contract.pool import fixed
from tests.contract.whole_world import WholeWorld
from tests.page_factories import make_news

ANSWERS = Path(__file__).parent / "answers"
ARTICLE = "/news/article/"

ASKED: dict[str, tuple[str, dict[str, Any]]] = {
    "ClusterProfile": ("ClusterProfile", {}),
    "ClusterProfile in Bulgarian": ("ClusterProfile", {"locale": "BG"}),
    "Events": ("Events", {}),
    "NewsItem": ("NewsItem", {"path": ARTICLE}),
    "NewsItem in Bulgarian": ("NewsItem", {"path": "/bg/novini/statiya/"}),
    "NewsItem nowhere": ("NewsItem", {"path": "/news/nothing/"}),
    "NewsList": ("NewsList", {}),
    "OpenCalls": ("OpenCalls", {}),
    "Project": ("Project", {"path": "/projects/project-0/"}),
    "Projects": ("Projects", {}),
    "Search": ("Search", {"text": "is"}),
    "Shell": ("Shell", {"path": ARTICLE}),
}


@pytest.mark.usefixtures("whole_world")
@pytest.mark.parametrize("case", ASKED)
def test_an_operation_is_answered_whole(case: str, tmp_path: Path) -> None:
    name, variables = ASKED[case]

    answered = data(name, **variables)

    _compare(case, answered, tmp_path)


def test_changes_are_answered_whole(whole_world: WholeWorld, tmp_path: Path) -> None:
    before = data("Changes", first=100)["changes"]["cursor"]
    EventPage.objects.get(pk=whole_world.events[0].pk).delete()
    settle()
    NewsPage.objects.get(pk=whole_world.news[0].pk).unpublish()
    settle()
    article = NewsPage.objects.get(pk=whole_world.article.pk)
    article.title = "The article, put right"
    article.save()
    settle()
    key = fixed(60)
    make_news(whole_world.world.news, title="Fresh", slug="fresh", translation_key=key)
    settle()

    answered = data("Changes", after=before)

    # A cursor is signed with the time and with what only this installation knows.
    cursor = answered["changes"].pop("cursor")
    assert cursor != before
    assert data("Changes", after=cursor)["changes"]["nodes"] == []
    _compare("Changes", answered, tmp_path)


def test_every_operation_of_a_frontend_is_among_them() -> None:
    assert {name for name, _variables in ASKED.values()} | {"Changes"} == set(TEXTS)


@pytest.mark.usefixtures("whole_world")
@pytest.mark.parametrize(
    "path", ["/", ARTICLE, "/projects/project-0/", "/events/event-0/", "/news/"]
)
def test_structured_data_is_one_document_about_the_page(path: str) -> None:
    page = data("query($p: String!) { route(path: $p) { page { id url seo { jsonLd } } } }", p=path)
    found = page["route"]["page"]

    document = json.loads(found["seo"]["jsonLd"])

    assert document["@context"] == "https://schema.org"
    assert (document["@id"], document["url"]) == (f"urn:ictcluster:{found['id']}", found["url"])
    assert document["@type"] in {
        "Organization",
        "NewsArticle",
        "ResearchProject",
        "Event",
        "WebPage",
    }


# A file's mark is made of its name in the storage, which may hold the number of its row.
MARK = re.compile(r"(/files/[\w-]+/)[0-9a-f]{12}/")


def _compare(case: str, answered: dict[str, Any], folder: Path) -> None:
    text = MARK.sub(r"\1MARK/", json.dumps(answered, ensure_ascii=False, indent=2)) + "\n"
    path = ANSWERS / f"{case}.json"
    kept = path.read_text(encoding="utf-8") if path.exists() else "null"
    if text != kept:
        (folder / path.name).write_text(text, encoding="utf-8")
    assert json.loads(text) == json.loads(kept), f"The new answer is in {folder / path.name}"
