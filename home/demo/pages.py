"""Load pages, each in the languages its file has.

A file `pages/projects/give.toml` is the page `projects/give` below the page `projects`. Its table
`shared` holds what is the same in every language, `en` and `bg` the texts.
"""

from typing import Any

from django.apps import apps
from wagtail.models import Page

from home.demo import lookup
from home.demo.fields import fill
from home.demo.files import Table, identity, names_in, read
from home.demo.ledger import Ledger

LANGUAGES = ("en", "bg")
CLUSTER = "cluster"
# A page comes after the pages it points at.
SECTIONS = ("projects", "events", "news")


def load_cluster(ledger: Ledger) -> None:
    """Load the profile; it stands at the top of the tree in both languages."""
    _load(CLUSTER, ledger)


def load_pages(ledger: Ledger) -> None:
    """Load everything below the profile."""
    for section in SECTIONS:
        _load(section, ledger)
        for name in names_in(f"pages/{section}"):
            _load(name.removeprefix("pages/"), ledger)
    _load("about", ledger)


def _load(name: str, ledger: Ledger) -> None:
    file = read(f"pages/{name}")
    for language in LANGUAGES:
        key = f"pages/{name}/{language}"
        if language not in file or ledger.has(key):
            continue
        parent = _parent(name, language=language)
        # An editor deleted the section: nothing of it is wanted any more.
        if parent is not None:
            ledger.write(key, _make(name, file, language=language, parent=parent))


def _parent(name: str, *, language: str) -> Any:
    if name == CLUSTER:
        return Page.objects.get(depth=1)
    above = name.rpartition("/")[0] or CLUSTER
    return lookup.page(above, language=language)


def _make(name: str, file: Table, *, language: str, parent: Any) -> Any:
    slug = name.rpartition("/")[2]
    values = {"slug": slug, **file.get("shared", {}), **file[language]}
    page = apps.get_model(file["type"])(
        translation_key=identity(f"pages/{name}"), locale=lookup.locale(language), live=False
    )
    fill(page, values, name=name, language=language)
    parent.add_child(instance=page)
    revision = page.save_revision()
    if not file.get("draft"):
        revision.publish()
    return page
