"""Put together a public site and, all around it, what nobody may see."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from wagtail.models import Page

from cms.publishing.scopes import transaction
from home.models import SiteSettings
from tests.contract.whole_world import NOW, WholeWorld, make_whole_world
from tests.factories import make_document, make_image, picture_file
from tests.page_factories import (
    World,
    make_menu,
    make_news,
    make_standard_page,
    make_world,
    translate,
)
from tests.snapshots import once_per_worker
from tests.visibility import hidden_pages as pages
from tests.visibility import hidden_things as things
from tests.visibility.canaries import Canaries
from tests.visibility.hidden_files import plant_hidden_files
from tests.visibility.references import Hidden, point_at_hidden
from tests.visibility.rest_of_world import fill

# When the walk looks: what expires in this world has expired, and no job has run since.
LATER = NOW + dt.timedelta(days=1)
# A word of the other public site: to be seen only by those who ask for that site.
ELSEWHERE = "elsewhereword"


@dataclass
class SecretWorld:
    """Hold what the walk asks about."""

    whole: WholeWorld
    hidden: Hidden
    say: Canaries = field(default_factory=Canaries)
    other: World | None = None
    hidden_ids: list[str] = field(default_factory=list)
    hidden_paths: list[str] = field(default_factory=list)

    @property
    def main(self) -> World:
        """Return the public default site."""
        return self.whole.world


@once_per_worker
def make_secret_world() -> SecretWorld:
    """Make the world; use it with the clock at `LATER`."""
    say = Canaries()
    with transaction():
        whole = make_whole_world(2)
        fill(whole)
        hidden_news = pages.plant_hidden_news(whole.world, say, end=LATER)
        aliases = pages.plant_hidden_aliases(whole.world, hidden_news)
        targets = pages.plant_hidden_targets(whole.world, say, end=LATER)
        trees = pages.plant_hidden_trees(whole.world, say, end=LATER)
        hidden = Hidden(
            pages={**hidden_news, **aliases, **targets, **trees},
            things=things.plant_hidden_things(say, end=LATER),
        )
        other = _make_other_sites(say)
        files = plant_hidden_files(whole.world, say, end=LATER)
    with transaction():
        paths = _paths(hidden)
        point_at_hidden(whole, hidden, say)
        _plant_names_of_files(whole, say)
        things.plant_editors(say, whole.article)
        pages.plant_pending_edits(whole.article, say, lambda page: _point(page, hidden, say))
        pool = whole.pool
        things.plant_pending_snippets(
            say, pool.people[0], pool.programmes[0], pool.topics[0], pool.organisations[0]
        )
    with transaction():
        pages.withdraw(hidden_news, say)
    return SecretWorld(
        whole,
        hidden,
        say,
        other,
        hidden_ids=[*_ids(hidden), *(file.public_id for file in files)],
        hidden_paths=paths,
    )


def _paths(hidden: Hidden) -> list[str]:
    """Return the path of each hidden page, as it would be if it were public."""
    pks = [page.pk for page in hidden.pages.values()]
    below_a_site = Page.objects.filter(pk__in=pks, depth__gt=2)
    return ["/" + row.url_path.split("/", 2)[2] for row in below_a_site]


def _ids(hidden: Hidden) -> list[str]:
    found = hidden.things
    owned: list[Any] = [*found.images, *found.documents, *found.terms.values(), *found.people]
    owned += [found.expiring_term, found.programme, *found.organisations, *hidden.pages.values()]
    return [thing.public_id for thing in owned]


def _point(page: Any, hidden: Hidden, say: Canaries) -> None:
    page.picture = hidden.things.images[0]
    page.picture_alt = say("pending edit: text of the picture")
    page.body = pages.body(say, "pending edit")
    page.author = hidden.things.people[0]


def _plant_names_of_files(whole: WholeWorld, say: Canaries) -> None:
    """Use a picture and a paper, public both, whose files were called something else."""
    image = make_image(
        title=say("title of a public picture, which is for editors"),
        file=picture_file(name=f"{say('file name of a public picture')}.jpg"),
        default_alt_en=say("usual text of a public picture"),
    )
    image.tags.add(say("tag of a public picture"))
    make_document(title="A public paper", name=f"{say('file name of a public paper')}.pdf")
    make_news(whole.world.news, title="With a picture", slug="with", picture=image, picture_alt="X")


def _make_other_sites(say: Canaries) -> World:
    """Make a public site in one language, and one that is not public at all."""
    other = make_world(key="other", is_default=False, site_name_bg=say("name in a hidden language"))
    other.site.site_name = say("name of a site in the admin")
    other.site.save()
    SiteSettings.objects.filter(pk=other.settings.pk).update(
        site_name_en=ELSEWHERE, public_languages=["en"]
    )
    make_news(other.news, title=f"News of {ELSEWHERE}", slug=ELSEWHERE, introduction=ELSEWHERE)
    translate(other.news, title=say("page in a hidden language"), slug=say("its slug"))
    make_menu(
        other.site, [{"text": say("menu in a hidden language"), "address": "/x"}], language="bg"
    )
    secret = make_world(
        key="secret", is_default=False, is_public=False, site_name_en=say("name of a hidden site")
    )
    SiteSettings.objects.filter(pk=secret.settings.pk).update(
        contact_email=f"{say('e-mail of a hidden site')}@example.org"
    )
    make_menu(secret.site, [{"text": say("menu of a hidden site"), "address": "/x"}])
    make_news(secret.news, **pages.words(say, "news of a hidden site"))
    make_standard_page(secret.cluster, title=say("page of a hidden site"), slug=say("its address"))
    return other
