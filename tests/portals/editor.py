"""Be the editor and the admin of an installation: a command as JSON on each line, an answer on each.

Run as `python -m tests.portals.editor`, with the database in the environment.
"""

import json
import sys
from typing import Any

import django


class Editor:
    """Do what people do in the admin."""

    def world(self, *, news: int) -> dict[str, Any]:
        """Make a site with news, and say where."""
        from cms.publishing.scopes import transaction
        from tests.page_factories import make_news, make_world

        with transaction():
            world = make_world()
            for number in range(news):
                make_news(world.news, title=f"Old {number}")
        return self.public()

    def portal(self, *, address: str, secret: str) -> dict[str, Any]:
        """Make a portal with a webhook and a key; return the key, which nobody can read again."""
        from cms.syndication.keys import make_key
        from cms.syndication.models import Portal

        portal = Portal.objects.create(name=address, webhook_url=address, secret=secret)
        return {"key": make_key(portal)[0]}

    def publish(self, *, title: str) -> dict[str, Any]:
        """Publish a news item."""
        from cms.publishing.scopes import transaction
        from news.models import NewsIndexPage
        from tests.page_factories import make_news

        with transaction():
            make_news(NewsIndexPage.objects.get(locale__language_code="en"), title=title)
        return self.public()

    def clocked(self, *, title: str) -> dict[str, Any]:
        """Publish a news item; return when it was committed, in seconds since 1970."""
        import time

        self.publish(title=title)
        return {"committed": time.time()}

    def edit(self, *, title: str, into: str) -> dict[str, Any]:
        """Give a news item another title."""
        page = self._news(title)
        page.title = into
        page.save_revision().publish()
        return self.public()

    def unpublish(self, *, title: str) -> dict[str, Any]:
        """Take a news item down."""
        self._news(title).unpublish()
        return self.public()

    def take_back(self, *, title: str) -> dict[str, Any]:
        """Keep a news item public, but let nobody take it over any more."""
        page = self._news(title)
        page.syndication_allowed = False
        page.save_revision().publish()
        return self.public()

    def deliveries(self) -> dict[str, Any]:
        """Count the deliveries by how they stand."""
        from django.db.models import Count

        from cms.syndication.models import Delivery

        rows = Delivery.objects.order_by().values_list("state").annotate(count=Count("pk"))
        return dict(rows)

    def restore(self) -> dict[str, Any]:
        """Do what an operator does after restoring a backup."""
        from django.core.management import call_command

        call_command("after_restore", stdout=sys.stderr)
        return self.public()

    def public(self) -> dict[str, Any]:
        """Return the version of everything that may be taken over, by id, straight from the table."""
        from cms.publishing.models import PublishedItem
        from cms.syndication.stream import KINDS

        rows = PublishedItem.objects.filter(visible=True, is_syndicated=True, kind__in=KINDS)
        return dict(rows.values_list("public_id", "version"))

    def _news(self, title: str) -> Any:
        from news.models import NewsPage

        return NewsPage.objects.get(title=title)


def main() -> None:
    """Do one command after another until there are no more."""
    django.setup()
    editor = Editor()
    for line in sys.stdin:
        name, arguments = json.loads(line)
        sys.stdout.write(json.dumps(getattr(editor, name)(**arguments)) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
