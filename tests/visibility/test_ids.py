"""One id never stands for two answers: everything is asked for in each language and for each site."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import pytest

from cms.publishing.public_ids import language_kinds
from cms.publishing.reading import stored
from cms.publishing.reading.context import ReadContext
from cms.publishing.schema.authoring import authored
from tests.page_factories import make_news, translate
from tests.visibility.client_cache import ClientCache, agree
from tests.visibility.secret_world import SecretWorld
from tests.visibility.variants import base
from tests.visibility.walker import ask, query_of, roots

pytestmark = pytest.mark.django_db


# Pages at every address, whose language the path says; two hundred calls otherwise.
ONCE = ("route", "search")


def calls(world: SecretWorld, names: set[str] | None) -> Iterator[tuple[str, dict[str, Any], int]]:
    """Yield root fields with their arguments, and how many references to follow."""
    for root in roots() if names is None else names:
        for variables in base(root, world):
            if variables.get("site") == "main":
                # As without a site.
                continue
            if root not in ONCE:
                yield root, variables, 1
            elif not variables.keys() & {"site", "locale"}:
                yield root, variables, 0


def walked(world: SecretWorld, *, names: set[str] | None = None) -> ClientCache:
    """Return a cache in which the answers of every root field were merged, or of some."""
    cache = ClientCache()
    for root, variables, depth in calls(world, names):
        query = query_of(root, variables, depth=depth, preset="CARD")
        cache.write(ask(query, variables, context=ReadContext())["data"])
    return cache


@pytest.fixture
def shared_world(secret_world: SecretWorld) -> SecretWorld:
    """Return the world with things that pages of both languages and of two sites refer to."""
    whole = secret_world.whole
    assert secret_world.other is not None
    translate(whole.world.projects, slug="proekti", title="Проекти")
    translate(whole.projects[0], slug="proekt", title="Проект")
    page = make_news(secret_world.other.news, author=whole.pool.people[0])
    page.topics.set(whole.pool.topics)
    page.save()
    return secret_world


def test_one_id_has_one_answer_in_all_languages_and_sites(shared_world: SecretWorld) -> None:
    cache = walked(shared_world)

    assert cache.conflicts == []
    ids: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for type_name, source, own in cache.sources():
        ids[type_name][source].add(own)
    most = {name: max(map(len, found.values())) for name, found in ids.items()}
    in_languages = {name for name, kind in authored().kinds.items() if kind in language_kinds()}
    # Each language of them was met.
    assert most == {name: 2 if name in in_languages else 1 for name in most}
    assert most.keys() >= in_languages | {"Document", "Image", "NewsPage"}


def test_the_walk_notices_an_id_of_two_languages(
    shared_world: SecretWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stored, "id_in_language", lambda source, **_language: source)

    cache = walked(shared_world, names={"news", "siteSettings"})

    found = {where for where, _one, _other in cache.conflicts}
    assert {"Term.label", "Person.role", "SiteSettings.feeds"} <= found


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ({"a": 1, "b": 2}, {"b": 2, "c": 3}, True),
        ({"a": [{"b": 1}]}, {"a": [{"b": 2}]}, False),
        ([1], [1, 2], False),
        (None, {"a": 1}, False),
    ],
)
def test_answers_agree_in_what_both_tell(one: Any, other: Any, expected: bool) -> None:
    assert agree(one, other) is expected


def blocks_of(cache: ClientCache) -> Iterator[tuple[str, str]]:
    return ((name, own) for name, own in cache.things if name.endswith("Block"))


def test_copies_of_one_body_have_blocks_of_their_own(secret_world: SecretWorld) -> None:
    """The article's Bulgarian translation and other pages hold copies of its very blocks."""
    cache = walked(secret_world, names={"route"})

    owners = defaultdict(set)
    for _name, own in blocks_of(cache):
        owner, _, kept = own.partition(".")
        owners[kept].add(owner)
    assert max(map(len, owners.values())) > 1
    pages = {own for name, own in cache.things if name.endswith("Page")}
    assert set().union(*owners.values()) <= pages
