"""An alias is public only while its source is, and every list holds a thing once for each language."""

import datetime as dt
from importlib import import_module
from typing import Any

import orjson
import pytest
import time_machine
from django.apps import apps
from django.test import Client
from django.urls import reverse
from wagtail.actions.convert_alias import ConvertAliasPageAction
from wagtail.models import Page, PageViewRestriction

from cms.publishing.models import PublishedItem
from cms.publishing.reconcile import sweep, tick
from cms.publishing.scheduled import publish_due
from cms.publishing.scopes import suspended, transaction
from news.models import NewsPage
from tests.page_factories import (
    World,
    locale,
    make_news,
    make_standard_page,
    translate,
)
from tests.publishing.published import is_public, number_changes_now, path_of, reason_of, row_of
from tests.syndication.mirror import Mirror

NOW = dt.datetime(2026, 3, 2, 12, 0, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)
CANARY = "SECRET-SCHED"
ROUTE = (
    "query($p: String!) { route(path: $p) { page { id title publishedAt url"
    " aliasOf { id url } seo { canonicalUrl jsonLd } translations { locale url } } } }"
)


@pytest.fixture(autouse=True)
def clock(db: None) -> Any:
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture(autouse=True)
def nothing_was_missed(clock: Any) -> Any:
    """Fail when hooks named too little: then the sweep finds something to write."""
    yield
    assert str(sweep()) == "0 changes"


def fresh(page: Any) -> Any:
    return type(page).objects.get(pk=page.pk)


def publish(page: Any, **fields: Any) -> Any:
    page = fresh(page)
    for name, value in fields.items():
        setattr(page, name, value)
    page.save_revision().publish()
    return fresh(page)


def ask(query: str, **variables: Any) -> Any:
    number_changes_now()
    answer = Client().post(
        "/graphql", {"query": query, "variables": variables}, content_type="application/json"
    )
    body = orjson.loads(answer.content)
    assert "errors" not in body, body
    return body["data"]


def page_at(path: str) -> Any:
    return ask(ROUTE, p=path)["route"]["page"]


def public_texts(word: str) -> dict[str, str]:
    """Return what each public list answers, by its name."""
    number_changes_now()
    search = "query($w: String!) { search(text: $w) { totalCount nodes { page { title url } } } }"
    lists = "{ news { totalCount nodes { title url introduction } } }"
    feeds = {
        path: Client().get(path).content.decode()
        for path in ("/feeds/news.json", "/feeds/news.rss", "/feeds/news.atom", "/sitemap.xml")
    }
    return {
        "search": str(ask(search, w=word)),
        "news": str(ask(lists)),
        "sync": str(Mirror().catch_up().items),
        "oai": Client().get("/oai?verb=ListRecords&metadataPrefix=oai_dc").content.decode(),
        "sitemap-news": Client().get("/sitemap-news.xml").content.decode(),
        **feeds,
    }


def alias_in_admin(admin: Client, source: Page, parent: Page, slug: str) -> Any:
    """Copy a page as an alias, as an editor does."""
    answer = admin.post(
        reverse("wagtailadmin_pages:copy", args=[source.pk]),
        {
            "new_title": source.title,
            "new_slug": slug,
            "new_parent_page": str(parent.pk),
            "alias": "on",
        },
    )
    assert answer.status_code == 302, answer.content.decode()
    return Page.objects.get(alias_of=source.pk, slug=slug).specific


def alias_of(source: Page, parent: Page, slug: str = "alias") -> Any:
    return fresh(source).create_alias(parent=fresh(parent), update_slug=slug)


@pytest.fixture
def admin(client: Client, django_user_model: Any) -> Client:
    client.force_login(django_user_model.objects.create_superuser("admin", "a@example.org", "x"))
    return client


def scheduled_draft(world: World) -> NewsPage:
    page = make_news(world.news, title="Sched src", introduction=CANARY, slug="sch-src", live=False)
    page.first_published_at = page.last_published_at = None
    page.save()
    return page


def schedule(page: Any) -> None:
    page = fresh(page)
    page.go_live_at = NOW + 2 * HOUR
    page.save_revision().publish()


def test_an_alias_of_a_scheduled_draft_waits_for_it(
    world: World, admin: Client, clock: Any
) -> None:
    source = scheduled_draft(world)
    alias = alias_in_admin(admin, source, world.news, "sch-alias")
    schedule(source)

    hidden = {name: text for name, text in public_texts(CANARY).items() if CANARY in text}
    waiting = page_at("/news/sch-alias/")
    clock.move_to(NOW + 3 * HOUR)
    publish_due()

    assert fresh(alias).live
    assert (waiting, hidden) == (None, {})
    found = page_at("/news/sch-alias/")
    source_url = "https://main.example/news/sch-src/"
    assert found["aliasOf"] == {"id": source.public_id, "url": source_url}
    assert found["url"] == "https://main.example/news/sch-alias/"
    assert found["seo"]["canonicalUrl"] == source_url
    linked = orjson.loads(found["seo"]["jsonLd"])
    assert (linked["url"], linked["@id"]) == (source_url, f"urn:ictcluster:{source.public_id}")
    assert found["publishedAt"] == page_at("/news/sch-src/")["publishedAt"]
    assert page_at("/news/sch-src/")["aliasOf"] is None


def test_an_alias_has_the_dates_of_its_source(world: World, clock: Any) -> None:
    source = make_standard_page(world.cluster, slug="source", live=False)
    alias = alias_of(source, world.cluster)

    publish(source)
    clock.move_to(NOW + HOUR)
    publish(source, title="Again")

    dates = "query($p: String!) { route(path: $p) { page { publishedAt updatedAt } } }"
    expected = {"publishedAt": NOW.isoformat(), "updatedAt": (NOW + HOUR).isoformat()}
    assert is_public(alias)
    assert ask(dates, p="/source/")["route"]["page"] == expected
    assert ask(dates, p="/alias/")["route"]["page"] == expected


def test_lists_hold_a_page_and_its_alias_once(world: World) -> None:
    source = make_news(world.news, title="Only once", slug="one")
    alias = alias_of(source, world.news, "two")

    listed = ask("{ news { totalCount nodes { id } } }")["news"]
    found = ask('{ search(text: "once") { totalCount nodes { page { id } } } }')["search"]
    texts = public_texts("once")

    assert listed == {"totalCount": 1, "nodes": [{"id": source.public_id}]}
    assert found == {"totalCount": 1, "nodes": [{"page": {"id": source.public_id}}]}
    assert {name for name, text in texts.items() if "/news/two/" in text} == set()
    assert alias.public_id not in texts["sync"]
    assert texts["/sitemap.xml"].count("/news/one/") == 1
    assert {name for name, text in texts.items() if "/news/one/" not in text} == set()
    assert page_at("/news/two/")["id"] == alias.public_id


def test_an_untranslated_alias_is_at_its_address_and_in_no_list_of_its_language(
    world: World,
) -> None:
    source = make_news(world.news, title="English only", slug="english")
    alias = fresh(source).copy_for_translation(locale("bg"), copy_parents=True, alias=True)

    found = page_at(path_of(alias))
    listed = ask("{ news(locale: BG) { totalCount nodes { id } } }")["news"]
    words = '{ search(text: "english", locale: BG) { totalCount } }'
    in_search = ask(words)["search"]["totalCount"]
    number_changes_now()
    feed = Client().get("/feeds/news.json?language=bg").content.decode()
    sitemap = Client().get("/sitemap.xml").content.decode()

    assert path_of(alias) == "/bg/news/english/"
    assert found["title"] == "English only"
    assert found["aliasOf"]["id"] == source.public_id
    assert found["seo"]["canonicalUrl"] == "https://main.example/news/english/"
    assert orjson.loads(found["seo"]["jsonLd"])["inLanguage"] == "en"
    assert [one["locale"] for one in found["translations"]] == ["EN"]
    assert (listed, in_search) == ({"totalCount": 0, "nodes": []}, 0)
    assert "English only" not in feed
    assert "/bg/news/" not in sitemap
    assert sitemap.count("/news/english/") == 1


def restrict(page: Page) -> None:
    PageViewRestriction.objects.create(page=page, restriction_type="login")


def hide_above(page: Any) -> None:
    restrict(page.get_parent())


HIDING: list[tuple[Any, str]] = [
    (lambda page: page.unpublish(), "UNPUBLISHED"),
    (restrict, "RESTRICTED"),
    (hide_above, "RESTRICTED"),
    (lambda page: page.delete(), "UNPUBLISHED"),
    (lambda page: Page.objects.get(pk=page.pk).delete(), "UNPUBLISHED"),
    (lambda page: publish(page, embargo_until=NOW + HOUR), "EMBARGOED"),
    (lambda page: page.move(Page.objects.get(depth=1), pos="last-child"), "MOVED"),
]


@pytest.mark.parametrize(("hide", "reason"), HIDING)
def test_what_hides_the_source_hides_its_aliases_in_the_same_transaction(
    world: World, hide: Any, reason: str
) -> None:
    source = make_news(world.news, title="Source", slug="source")
    alias = alias_of(source, world.cluster)
    second = alias_of(alias, world.cluster, "second")
    below = make_standard_page(alias, slug="below")

    with transaction():
        hide(fresh(source))

    pages = [alias, second, below]
    assert not is_public(source)
    assert [is_public(page) for page in pages] == [False] * 3
    assert {reason_of(page) for page in pages} == {reason}


def test_what_is_shown_again_brings_its_aliases_and_what_is_below_them(world: World) -> None:
    source = make_news(world.news, slug="source")
    alias = alias_of(source, world.cluster)
    below = make_standard_page(alias, slug="below")
    restrict(source)
    hidden = [is_public(page) for page in (alias, below)]

    PageViewRestriction.objects.get().delete()

    assert hidden == [False, False]
    assert [is_public(page) for page in (source, alias, below)] == [True] * 3


def test_an_alias_expires_with_its_source(world: World, clock: Any) -> None:
    source = make_news(world.news, slug="source")
    alias = alias_of(source, world.cluster)
    NewsPage.objects.filter(pk=source.pk).update(expire_at=NOW + HOUR)
    sweep()
    row = row_of(alias)
    assert row is not None
    until = row.valid_until

    clock.move_to(NOW + HOUR)
    at_its_end = page_at("/alias/")
    tick()

    assert (until, at_its_end) == (NOW + HOUR, None)
    assert reason_of(alias) == "EXPIRED"


def test_the_alias_of_a_deleted_draft_does_not_become_public(world: World) -> None:
    source = scheduled_draft(world)
    alias = alias_of(source, world.news, "sch-alias")
    schedule(source)
    was_live = fresh(alias).live

    fresh(source).delete()

    assert was_live
    assert not is_public(alias)
    assert (fresh(alias).live, fresh(alias).alias_of_id) == (False, None)


def test_an_alias_that_becomes_a_page_of_its_own_is_listed(world: World) -> None:
    source = make_news(world.news, slug="one", title="One")
    alias = alias_of(source, world.news, "two")
    mirror = Mirror(types="NewsPage").catch_up()
    before = set(mirror.items)

    ConvertAliasPageAction(fresh(alias)).execute()

    assert before == {source.public_id}
    assert set(mirror.catch_up().items) == {source.public_id, alias.public_id}
    assert ask("{ news { totalCount } }")["news"] == {"totalCount": 2}
    assert page_at("/news/two/")["aliasOf"] is None


def test_converting_the_alias_of_a_hidden_page_publishes_nothing(world: World) -> None:
    source = scheduled_draft(world)
    alias = alias_of(source, world.news, "sch-alias")
    schedule(source)

    ConvertAliasPageAction(fresh(alias)).execute()

    assert not is_public(alias)
    assert (fresh(alias).live, fresh(alias).has_unpublished_changes) == (False, True)


def test_a_sweep_finds_what_no_hook_named(world: World) -> None:
    source = make_news(world.news, slug="source")
    alias = alias_of(source, world.cluster)

    with suspended():
        NewsPage.objects.filter(pk=source.pk).update(live=False)
    sweep()

    assert [reason_of(page) for page in (source, alias)] == ["UNPUBLISHED"] * 2


def test_the_address_of_a_moved_source_is_announced_for_its_alias(world: World) -> None:
    source = make_standard_page(world.cluster, slug="source")
    alias = alias_of(source, world.cluster)
    number_changes_now()
    before = row_of(alias).version  # type: ignore[union-attr]

    moved = fresh(source)
    moved.slug = "elsewhere"
    moved.save()

    row = row_of(alias)
    assert row is not None
    assert row.version == before + 1
    assert page_at("/alias/")["seo"]["canonicalUrl"] == "https://main.example/elsewhere/"


def test_a_page_below_its_own_alias_stays_public(world: World) -> None:
    source = make_standard_page(world.cluster, slug="source")
    alias = alias_of(source, world.cluster)

    fresh(source).move(fresh(alias), pos="last-child")

    assert [path_of(page) for page in (alias, source)] == ["/alias/", "/alias/source/"]


def test_a_translation_is_listed_beside_the_alias_of_another_page(world: World) -> None:
    source = make_standard_page(world.cluster, slug="source")
    translated = translate(source, slug="prevod")
    alias = alias_of(source, world.cluster)

    found = page_at(path_of(source))["translations"]

    assert [one["locale"] for one in found] == ["BG", "EN"]
    assert is_public(translated)
    assert PublishedItem.objects.get(key=f"page:{alias.pk}").alias_of == f"page:{source.pk}"


def test_the_upgrade_marks_aliases_and_gives_them_the_dates_of_their_sources(world: World) -> None:
    source = make_news(world.news, slug="source")
    alias = alias_of(source, world.cluster)
    second = alias_of(alias, world.cluster, "second")
    dates = {"first_published_at": NOW, "last_published_at": NOW + HOUR}
    Page.objects.filter(pk=source.pk).update(**dates)
    aliases = Page.objects.exclude(alias_of=None)
    aliases.update(first_published_at=None, last_published_at=None)
    PublishedItem.objects.update(alias_of="", is_syndicated=True, was_syndicated=True)

    import_module("cms.publishing.migrations.0016_fill_aliases").fill(apps, None)

    marked = PublishedItem.objects.exclude(alias_of="").values_list("key", "alias_of")
    expected = {f"page:{page.pk}": f"page:{source.pk}" for page in (alias, second)}
    assert dict(marked) == expected
    assert list(aliases.values(*dates)) == [dates, dates]
    sweep()
    mirror = Mirror(types="NewsPage").catch_up()
    assert set(mirror.items) == {source.public_id}
    assert mirror.withdrawn == dict.fromkeys((alias.public_id, second.public_id), "NOT_SYNDICATED")
