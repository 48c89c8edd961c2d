"""Nothing hidden is in any answer: canaries in every hidden place, and a walk through every field."""

import logging
import sys
from collections.abc import Iterator
from typing import Any

import orjson
import pytest
from django.test import Client

from cms.api import cost
from cms.publishing import kinds
from cms.publishing.models import Facet, PublishedItem
from cms.publishing.reading.context import ReadContext
from tests.visibility.secret_world import ELSEWHERE, SecretWorld
from tests.visibility.variants import NO_SITES, base, depth_of, one_of_each_type, varied
from tests.visibility.walker import (
    Pair,
    all_pairs,
    ask,
    paths_to_types,
    query_of,
    roots,
    small_query,
    visited,
)

pytestmark = pytest.mark.django_db

PRESETS = ("HERO", "CARD", "CONTENT", "AVATAR")

# Fields that no world can give a value, each with the reason.
NEVER: dict[Pair, str] = {
    ("Change", "replacement"): "nothing says yet what took a thing's place",
    ("Replacement", "sourceId"): "see Change.replacement",
    ("Replacement", "url"): "see Change.replacement",
    ("Replacement", "path"): "see Change.replacement",
    ("AiUse", "kind"): "no editor can say yet how artificial intelligence was used",
    ("AiUse", "isHumanReviewed"): "see AiUse.kind",
    ("AiUse", "reviewedOn"): "see AiUse.kind",
    **{(model.__name__, "aiUse"): "see AiUse.kind" for model in kinds.page_models()},
}


class Heard:
    """Collect what was told, and what of it nobody may know."""

    def __init__(self, world: SecretWorld) -> None:
        self.world = world
        self.pairs: set[Pair] = set()
        self.answers = 0
        self.leaks: list[tuple[str, list[str]]] = []
        self.errors: list[tuple[str, Any]] = []
        # The root and the site asked for, of each answer with something of the other site.
        self.from_elsewhere: set[tuple[str, str | None]] = set()

    def hear(self, what: str, text: str) -> None:
        self.answers += 1
        leaks = self.world.say.leaks(text)
        if leaks:
            self.leaks.append((what, leaks))

    def walk(self, root: str, variables: dict[str, Any], *, depth: int, preset: str) -> Any:
        query = query_of(root, variables, depth=depth, preset=preset)
        answer = ask(query, variables, context=ReadContext())
        self.pairs.update(visited(answer["data"]))
        if answer["data"] and answer["data"].get(root) not in (None, []):
            self.pairs.add(("Query", root))
        text = orjson.dumps(answer).decode()
        self.hear(f"{root} {variables}", text)
        if ELSEWHERE in text and ELSEWHERE not in str(variables):
            self.from_elsewhere.add((root, variables.get("site")))
        self.errors += [(f"{root} {variables}", e) for e in answer["errors"] if not refused(e)]
        return answer


def refused(error: Any) -> bool:
    """Say whether an error tells a client that it asked for something that cannot be asked for."""
    return bool(error["extensions"]["code"] == "BAD_USER_INPUT")


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    caplog.set_level(logging.DEBUG)
    # Statements with their parameters: what a client sent, not what anybody was told.
    caplog.set_level(logging.INFO, logger="django.db.backends")
    return caplog


def logged(log: pytest.LogCaptureFixture) -> str:
    return "\n".join([log.text, *(repr(vars(record)) for record in log.records)])


def test_every_field_is_visited_and_none_gives_a_canary_away(
    secret_world: SecretWorld, log: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    heard = Heard(secret_world)

    for root in roots():
        for number, variables in enumerate(base(root, secret_world)):
            preset = PRESETS[number % len(PRESETS)]
            depth = depth_of(root, 2 if number < 2 else 1)
            heard.walk(root, variables, depth=depth, preset=preset)

    assert heard.leaks == []
    assert heard.errors == []
    assert secret_world.say.leaks(logged(log)) == []
    assert all_pairs() - heard.pairs == set(NEVER)
    # A site is named to those who ask for it; `changes` and ids are of the whole installation.
    assert ("news", "other") in heard.from_elsewhere
    others = {(root, site) for root, site in heard.from_elsewhere if site != "other"}
    assert others <= {("changes", None), ("node", None), ("nodes", None)}
    with capsys.disabled():
        sys.stdout.write(
            f"\n{len(heard.pairs)} of {len(all_pairs())} fields visited in {heard.answers} answers,"
            f" {len(NEVER)} excepted, {len(secret_world.say.planted)} canaries, none heard\n"
        )


def test_the_walk_hears_what_leaks(secret_world: SecretWorld) -> None:
    word = next(iter(secret_world.say.planted))
    event = PublishedItem.objects.get(key=f"page:{secret_world.whole.events[0].pk}")
    hidden = {"key": "page:999999", "public_id": "x", "path": "/x/", "title": word, "seq": 10**6}
    heard = Heard(secret_world)

    PublishedItem.objects.create(**{**_columns(event), **hidden})
    heard.walk("events", {}, depth=0, preset="CARD")
    PublishedItem.objects.filter(key="page:999999").update(visible=False)
    heard.walk("events", {}, depth=0, preset="CARD")

    assert [leaks for _what, leaks in heard.leaks] == [[secret_world.say.planted[word]]]


def _columns(row: PublishedItem) -> dict[str, Any]:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


def test_no_argument_brings_a_canary_out(
    secret_world: SecretWorld, log: pytest.LogCaptureFixture
) -> None:
    heard = Heard(secret_world)

    for root in roots():
        for variables in varied(root, secret_world):
            heard.walk(root, variables, depth=0, preset="CARD")

    assert heard.answers > 500
    assert heard.leaks == []
    assert heard.errors == []
    assert secret_world.say.leaks(logged(log)) == []


def test_a_hidden_word_finds_nothing(secret_world: SecretWorld) -> None:
    query = """query ($text: String!, $site: String, $locale: Locale) {
        search(text: $text, site: $site, locale: $locale) {
            totalCount nodes { page { id } } facets { name } pageInfo { hasNextPage endCursor }
        } }"""
    nothing = {
        "totalCount": 0,
        "nodes": [],
        "facets": [],
        "pageInfo": {"hasNextPage": False, "endCursor": None},
    }

    found = {
        f"{place} in {site} {locale}"
        for word, place in secret_world.say.planted.items()
        for site in ("main", "other")
        for locale in ("EN", "BG")
        if ask(query, {"text": word, "site": site, "locale": locale}, context=ReadContext())
        != {"data": {"search": nothing}, "errors": []}
    }

    assert found == set()


def test_a_hidden_page_answers_like_an_absent_one(secret_world: SecretWorld) -> None:
    query = "query ($path: String!) { route(path: $path) { status redirectTo isPermanent page { id } } }"
    absent = ask(query, {"path": "/nothing/here/"}, context=ReadContext())
    once_public = {"/news/over/", "/news/taken-down/", "/news/made-private/", "/news/deleted/"}
    once_public |= {"/projects/expired-project/", "/ended/child/"}
    pages = secret_world.hidden.pages
    for way in ("expiring", "unpublished", "private", "deleted"):
        once_public.add(f"/{pages[f'alias of {way}'].slug}/")

    told = {
        path: ask(query, {"path": path}, context=ReadContext())
        for path in secret_world.hidden_paths
    }

    gone = {path for path, answer in told.items() if answer["data"]["route"]["status"] == "GONE"}
    assert gone == once_public & set(told)
    assert all(answer == absent for path, answer in told.items() if path not in gone)
    for path in (f"/old-{number}" for number in range(len(secret_world.hidden.pages))):
        assert ask(query, {"path": path}, context=ReadContext()) == absent


@pytest.mark.parametrize("site", NO_SITES)
def test_a_hidden_site_answers_like_an_absent_one(secret_world: SecretWorld, site: str) -> None:
    query = "query ($site: String) { news(site: $site) { totalCount } }"

    def told(key: str) -> dict[str, Any]:
        return ask(query, {"site": key}, context=ReadContext())

    assert told(site) == told("nosuchsite")
    assert told(site)["errors"][0]["message"] == "There is no such site."


def test_tombstones_keep_nothing_but_where_and_why(secret_world: SecretWorld) -> None:
    tombstones = PublishedItem.objects.filter(visible=False)
    empty = ("head", "tail", "title", "sort_title", "summary", "search_text", "digest")

    assert tombstones.count() >= 3
    for row in tombstones:
        kept = {name: value for name, value in vars(row).items() if not name.startswith("_")}
        assert secret_world.say.leaks(repr(kept)) == []
        assert {name: kept[name] for name in empty} == dict.fromkeys(empty, "")
        assert not row.sort_at
        assert not row.starts_at
        assert not row.ends_at
    assert not Facet.objects.filter(key__in=tombstones.values("key")).exists()


def test_what_was_never_public_has_no_row(secret_world: SecretWorld) -> None:
    never = [
        page.pk
        for name, page in secret_world.hidden.pages.items()
        if name in ("draft", "embargoed", "scheduled", "password", "login", "groups")
        or name.startswith(("draft", "below"))
    ]
    things = secret_world.hidden.things
    keys = [f"page:{pk}" for pk in never]
    keys += [f"term:{term.pk}" for term in things.terms.values()]
    keys += [f"person:{person.pk}" for person in things.people]
    keys += [f"image:{image.pk}" for image in things.images]
    keys += [f"document:{document.pk}" for document in things.documents]

    assert len(never) == 12
    assert list(PublishedItem.objects.filter(key__in=keys)) == []


def test_changes_mention_only_what_is_or_was_public(secret_world: SecretWorld) -> None:
    query = "{ changes(first: 100) { hasMore nodes { id: sourceId kind reason item { id } } } }"

    nodes = ask(query, {}, context=ReadContext())["data"]["changes"]["nodes"]

    told = {node["id"]: node for node in nodes}
    withdrawn = {node["id"] for node in nodes if node["kind"] == "WITHDRAWN"}
    hidden = set(secret_world.hidden_ids)
    assert hidden & set(told) <= withdrawn
    assert all(told[i]["item"] is None and told[i]["reason"] for i in withdrawn)


def small_requests(world: SecretWorld) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield a small query for each way from a root to a type, with one set of arguments each."""
    calls: dict[str, dict[str, Any]] = {
        "menu": {"name": "MAIN"},
        "node": {"id": world.whole.article.public_id},
        "nodes": {"ids": one_of_each_type()},
        "route": {"path": "/news/article/"},
        "search": {"text": "is"},
    }
    for root in roots():
        for path in paths_to_types(root).values():
            variables = calls.get(root, {})
            yield small_query(path, variables, preset="CARD"), variables


def test_nothing_comes_out_over_http_either(
    secret_world: SecretWorld,
    client: Client,
    log: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    heard = Heard(secret_world)
    # Who wants to see every field asks for more than one request may return.
    monkeypatch.setattr(cost, "COST_MAX", 1_000_000)

    for query, variables in small_requests(secret_world):
        answer = client.post(
            "/graphql", {"query": query, "variables": variables}, content_type="application/json"
        )
        assert answer.status_code == 200, answer.content
        assert answer.cookies == {}
        heard.pairs.update(visited(answer.json()["data"]))
        heard.hear(query, answer.content.decode() + str(answer.headers))
    for address in other_addresses(secret_world):
        answer = client.get(address)
        content = answer.getvalue()
        heard.hear(address, content.decode(errors="replace") + str(answer.headers))

    assert heard.leaks == []
    assert secret_world.say.leaks(without_requests(log)) == []
    with capsys.disabled():
        sys.stdout.write(f"\n{heard.answers} HTTP answers, {len(heard.pairs)} fields visited\n")


def without_requests(log: pytest.LogCaptureFixture) -> str:
    """Return what was logged, without Django's lines that repeat what a client asked for."""
    return "\n".join(r.getMessage() for r in log.records if r.name != "django.request")


def other_addresses(world: SecretWorld) -> Iterator[str]:
    """Yield every other address a stranger may try, with the names of hidden files."""
    yield from ("/", "/healthz", "/readyz", "/nothing", "/graphiql", "/graphql", "/files/a/b/c")
    yield from ("/media/x.jpg", "/documents/1/x.pdf", "/admin/", "/static/x.css")
    files: list[Any] = [*world.hidden.things.images, *world.hidden.things.documents]
    for thing in files:
        name = str(thing.file.name).rpartition("/")[2]
        yield f"/files/{thing.public_id}/0123456789ab/{name.encode().hex()}"
        yield f"/files/{thing.public_id}/0123456789ab/card.webp"
