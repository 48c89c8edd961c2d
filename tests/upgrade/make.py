"""Make an installation with the code of a version, and write it down for the tests of later ones.

Run in a checkout of that version, with this folder copied into it, on an empty migrated database:
`DATABASE_URL=… MEDIA_ROOT=… python -m tests.upgrade.make FOLDER`, then
`DATABASE_URL=… python -m tests.upgrade.dump FOLDER/database.sql`.
"""

# ruff: noqa: E402
import datetime as dt
import json
import os
import re
import shutil
import sys
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cms.settings.test")
django.setup()

from django.conf import settings
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import PageViewRestriction

from cms.api.models import OperationUsage
from cms.content.models import PersonField, TermScheme
from cms.publishing.clock import read_clock
from cms.publishing.models import PublishedItem
from cms.syndication.deliveries import behind, fan_out
from cms.syndication.keys import make_key
from cms.syndication.models import Channel, Follower, HubSubscription, Portal
from news.models import NewsPage
from tests import factories
from tests import page_factories as pages
from tests.upgrade.look import look

SECRET = "whsec_" + "c2VjcmV0IG9mIHRoZSB0ZXN0cyB3aXRoIDMyIGJ5dGVz"
LATER = timezone.now() + dt.timedelta(days=36_500)


def make_content() -> None:
    """Make one thing of each sort that an upgrade may touch, and hide some of them in each way."""
    world = pages.make_world()
    other = pages.make_world(key="other", is_default=False)
    news_bg = pages.translate(world.news, title="Новини", slug="novini")
    topic = factories.make_term(scheme=TermScheme.NEWS_TOPIC, code="UPGRADE", label_bg="Тема")
    picture, paper = factories.make_image(credit="Ana"), factories.make_document()
    item = pages.make_news(
        world.news, title="Shown", slug="shown", picture=picture, picture_alt="A"
    )
    item.topics.set([topic])
    item.save_revision().publish()
    pages.translate(item, title="Показана", slug="pokazana")
    assert news_bg.live
    item.create_alias(parent=world.projects, update_slug="alias")
    link = f'<p><a linktype="document" id="{paper.pk}">x</a></p>'
    body = [{"type": "text", "value": {"content": link}, "id": "a1b2"}]
    pages.make_standard_page(world.cluster, title="About", slug="about", body=body)
    partner = factories.make_organisation(name="Партньор")
    pages.make_project(world.projects, title="Bridge", slug="bridge", partners={partner: "PARTNER"})
    pages.make_event(world.events, title="Meeting", slug="meeting")
    shown = [PersonField.PICTURE]
    factories.make_person(
        name="Agrees", picture=factories.make_image(), picture_alt="B", shown=shown
    )
    person = factories.make_person(
        name="Agreed", picture=factories.make_image(), picture_alt="C", shown=shown
    )
    person.consent_given = False
    person.save()
    factories.make_document(title="Referred to by nothing", name="statute.pdf")
    pages.make_menu(world.site, [{"text": "About", "address": "/about/"}])
    Redirect.objects.create(old_path="/old", redirect_link="/about/", site=world.site)
    make_hidden(world, other)


def make_hidden(world: pages.World, other: pages.World) -> None:
    """Hide things that were public, each in another way."""
    pages.make_news(world.news, title="Deleted", slug="deleted").delete()
    pages.make_news(world.news, title="Unpublished", slug="unpublished").unpublish()
    private = pages.make_news(world.news, title="Private", slug="private")
    PageViewRestriction.objects.create(page=private, restriction_type="login")
    reserved = pages.make_news(world.news, title="Reserved", slug="reserved")
    reserved.syndication_allowed = False
    reserved.save_revision().publish()
    pages.make_news(world.news, title="Draft", slug="draft", live=False)
    scheduled = pages.make_news(world.news, title="Scheduled", slug="scheduled", live=False)
    scheduled.go_live_at = LATER
    scheduled.save_revision(approved_go_live_at=LATER)
    pages.make_news(other.news, title="Elsewhere", slug="elsewhere")
    other.settings.is_public = False
    other.settings.save()


def make_followers() -> None:
    """Let a portal, a subscriber of the hub and a client wait for what comes."""
    portal = Portal.objects.create(
        name="Portal", webhook_url="https://portal.example/hook", secret=SECRET
    )
    make_key(portal)
    feed = Client().get("/feeds/news.rss").getvalue().decode()
    subscription = HubSubscription.objects.create(
        topic=re.findall(r'<atom:link[^>]*href="([^"]+)"[^>]*rel="self"', feed)[0],
        callback="https://reader.example/hook",
        host="reader.example",
        secret="of the reader",
        lease_ends_at=LATER,
    )
    subscription.follower = Follower.objects.create(
        channel=Channel.WEBSUB, name=f"websub:{subscription.pk}", position=read_clock().value
    )
    subscription.save()
    OperationUsage.objects.create(
        day=timezone.now().date(),
        document_id="a" * 64,
        operation="NewsList",
        client="site",
        requests=3,
    )


def make_waiting() -> None:
    """Change something that everybody who waits has still to hear of."""
    page = PublishedItem.objects.get(path="/news/shown/")
    thing = NewsPage.objects.get(pk=page.key.split(":")[1])
    thing.title = "Shown again"
    thing.save_revision().publish()
    for follower in behind():
        fan_out(follower)


def file_addresses() -> list[str]:
    """Return the addresses of files that mirrors and frontends know."""
    query = """{
      news { nodes { picture { image {
        rendition(preset: CARD) { url } sources(preset: CARD) { url } } } } }
      route(path: "/about/") { page { ... on StandardPage {
        body { ... on TextBlock { content { html } } } } } }
    }"""
    answer = Client().post("/graphql", {"query": query}, content_type="application/json")
    return sorted(set(re.findall(r"/files/[A-Za-z0-9_./%-]+", answer.content.decode())))


def main(folder: Path) -> None:
    """Make everything, and write down what it looks like."""
    folder.mkdir(parents=True, exist_ok=True)
    make_content()
    make_followers()
    before = look()
    make_waiting()
    seen = {
        "made_at": timezone.now().isoformat(),
        "cursor": before["mirror"]["cursor"],
        "files": file_addresses(),
        "seen": look(),
    }
    (folder / "seen.json").write_text(
        json.dumps(seen, ensure_ascii=False, indent=1, sort_keys=True)
    )
    call_command("export", str(folder / "archive.zip"))
    shutil.copytree(settings.MEDIA_ROOT, folder / "media", dirs_exist_ok=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
