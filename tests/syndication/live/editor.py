"""Be an editor in a process of its own, told what to do: `world`, `edit N` or `changed`."""

import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cms.settings.test")
django.setup()

from cms.publishing.models import PublishedItem  # noqa: E402
from cms.publishing.tags import tag_of_thing  # noqa: E402
from news.models import NewsIndexPage, NewsPage  # noqa: E402
from tests.page_factories import make_news, make_world  # noqa: E402


def edit(count: int) -> None:
    """For each line that is read publish so many news, and withdraw or change every third."""
    section = NewsIndexPage.objects.get(slug="news", locale__language_code="en")
    for turn, _line in enumerate(sys.stdin):
        for number in range(count):
            page: NewsPage = make_news(section, title=f"Canary {turn}-{number}")
            if number % 3 == 0:
                page.unpublish()
            elif number % 3 == 1:
                page.title = f"Changed canary {turn}-{number}"
                page.save_revision().publish()


def main(what: str, *arguments: str) -> None:
    """Do what is asked."""
    if what == "world":
        make_world()
    elif what == "edit":
        edit(int(arguments[0]))
    else:
        # What the editor has touched: news items, and nothing of the world before.
        rows = PublishedItem.objects.filter(type="NewsPage")
        for public_id in rows.values_list("public_id", flat=True):
            print(tag_of_thing(public_id))  # noqa: T201 - read by the test


main(*sys.argv[1:])
