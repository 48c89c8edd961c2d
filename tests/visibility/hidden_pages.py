"""Plant canaries in pages that nobody may see, one for each way of being hidden."""

import datetime as dt
import json
from collections.abc import Callable
from typing import Any

from django.contrib.auth.models import Group
from wagtail.models import Page, PageViewRestriction

from news.models import NewsPage
from tests.page_factories import (
    World,
    make_cluster,
    make_event,
    make_news,
    make_project,
    make_standard_page,
    translate,
)
from tests.visibility.canaries import Canaries


def body(say: Canaries, place: str) -> str:
    """Return the raw data of a body full of canaries."""
    values: dict[str, Any] = {
        "heading": {"text": say(f"{place}: heading"), "level": "2"},
        "text": {"content": f"<p>{say(f'{place}: text')}</p>"},
        "quote": {"quotation": say(f"{place}: quote"), "attribution": say(f"{place}: who")},
        "facts": {"facts": [{"label": say(f"{place}: fact"), "value": "1", "source": ""}]},
        "table": {"table": {"data": [[say(f"{place}: cell")]], "table_caption": "x"}},
        "embed": {"address": f"https://youtu.be/{say(f'{place}: film')}", "title": "x"},
        "link": {"text": "x", "address": f"https://a.example/{say(f'{place}: link')}"},
        "removed_block": {"text": say(f"{place}: block of a type that is no more")},
    }
    return json.dumps([{"type": k, "value": v, "id": f"b-{k}"} for k, v in values.items()])


def words(say: Canaries, place: str, *, slug: str = "") -> dict[str, Any]:
    """Return the texts of a news item; a page that was public once keeps a slug without canary."""
    return {
        "title": say.text(f"{place}: title"),
        "slug": slug or say(f"{place}: slug"),
        "introduction": say.text(f"{place}: introduction"),
        "seo_title": say(f"{place}: SEO title"),
        "search_description": say(f"{place}: description"),
        "correction_note": say(f"{place}: correction"),
        "corrected_at": dt.datetime(2026, 2, 1, tzinfo=dt.UTC),
        "attribution_text": say(f"{place}: attribution"),
        "body": body(say, place),
    }


def restrict(page: Page, kind: str, say: Canaries) -> None:
    """Hide a page, and everything below it, by a view restriction."""
    restriction = PageViewRestriction.objects.create(
        page=page, restriction_type=kind, password=say(f"password of a page private by {kind}")
    )
    if kind == PageViewRestriction.GROUPS:
        restriction.groups.add(Group.objects.create(name=say("name of a group")))


def plant_hidden_news(world: World, say: Canaries, *, end: dt.datetime) -> dict[str, NewsPage]:
    """Make a news item for each way of being hidden, by the name of the way.

    Units: at `end` those that expire have expired; everything hidden by then is still hidden.
    """
    later = end + dt.timedelta(days=30)

    def news(place: str, **fields: Any) -> NewsPage:
        page: NewsPage = make_news(world.news, **words(say, place), **fields)
        return page

    def once(place: str, slug: str, **fields: Any) -> NewsPage:
        page: NewsPage = make_news(world.news, **words(say, place, slug=slug), **fields)
        return page

    hidden = {
        "draft": news("draft", live=False),
        "embargoed": news("embargoed", embargo_until=later),
        "scheduled": _scheduled(news("scheduled", live=False, go_live_at=later)),
        "expiring": once("expired", "over", expire_at=end - dt.timedelta(hours=1)),
        "unpublished": once("unpublished", "taken-down"),
        "private": once("made private", "made-private"),
        "deleted": once("deleted", "deleted"),
    }
    for kind in ("password", "login", "groups"):
        hidden[kind] = news(f"private by {kind}", live=False)
        restrict(hidden[kind], kind, say)
        NewsPage.objects.filter(pk=hidden[kind].pk).update(live=True)
    return hidden


def plant_hidden_aliases(world: World, hidden: dict[str, NewsPage]) -> dict[str, Page]:
    """Make an alias of each hidden page, live as Wagtail leaves it when the source is scheduled."""
    found = {
        f"alias of {name}": page.create_alias(
            parent=Page.objects.get(pk=world.cluster.pk), update_slug=f"alias-{page.pk}"
        )
        for name, page in hidden.items()
    }
    for page in found.values():
        type(page).objects.filter(pk=page.pk).update(live=True)
    return found


def _scheduled(page: NewsPage) -> NewsPage:
    page.save_revision(approved_go_live_at=page.go_live_at)
    return page


def withdraw(hidden: dict[str, NewsPage], say: Canaries) -> None:
    """Hide what was public, after it has been published."""
    hidden["unpublished"].unpublish()
    restrict(hidden["private"], "login", say)
    Page.objects.get(pk=hidden["deleted"].pk).delete()


def plant_hidden_trees(world: World, say: Canaries, *, end: dt.datetime) -> dict[str, Page]:
    """Make pages that are hidden by a page above them, by having no site, or as translations."""

    def page(parent: Page, place: str, *, slug: str = "", **fields: Any) -> Page:
        made: Page = make_standard_page(
            parent,
            title=say.text(f"{place}: title"),
            slug=slug or say(f"{place}: slug"),
            introduction=say(f"{place}: introduction"),
            body=body(say, place),
            **fields,
        )
        return made

    private = page(world.cluster, "private parent")
    restrict(private, "login", say)
    unpublished = page(world.cluster, "unpublished parent", live=False)
    expired = page(world.cluster, "expired parent", slug="ended", expire_at=end)
    nowhere = make_cluster(title=say.text("outside every site: title"), slug=say("its slug"))
    public = make_standard_page(world.cluster, title="Join us", slug="join")
    draft = translate(
        public, live=False, title=say.text("draft translation: title"), slug=say("translation slug")
    )
    return {
        "below a private page": page(page(private, "child of private"), "grandchild of private"),
        "below an unpublished page": page(unpublished, "child of unpublished"),
        "expired above": page(expired, "child of expired", slug="child"),
        "draft outside every site": nowhere,
        "draft translation": draft,
    }


def plant_hidden_targets(world: World, say: Canaries, *, end: dt.datetime) -> dict[str, Page]:
    """Make the project and the event that public pages point at, drafted and expiring."""
    expiry = end - dt.timedelta(minutes=1)
    return {
        "draft project": make_project(
            world.projects,
            title=say.text("draft project: title"),
            slug=say("draft project: slug"),
            summary=say("draft project: summary"),
            acronym=say("draft project: acronym"),
            live=False,
        ),
        "expired project": make_project(
            world.projects,
            title=say.text("expired project: title"),
            slug="expired-project",
            summary=say("expired project: summary"),
            expire_at=expiry,
        ),
        "draft event": make_event(
            world.events,
            title=say.text("draft event: title"),
            slug=say("draft event: slug"),
            summary=say("draft event: summary"),
            venue_name=say("draft event: venue"),
            live=False,
        ),
    }


def plant_pending_edits(article: NewsPage, say: Canaries, change: Callable[[Any], None]) -> None:
    """Save a revision of a live page that was not published."""
    page: Any = article.get_latest_revision_as_object()
    for name, value in words(say, "pending edit").items():
        setattr(page, name, value)
    change(page)
    page.save_revision()
