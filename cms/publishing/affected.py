"""Find what a takedown of a page affects: its translations, its aliases, and what refers to it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.text import capfirst
from wagtail.admin.admin_url_finder import AdminURLFinder
from wagtail.models import Page

from cms.publishing import kinds
from cms.publishing.models import Mention, PublishedItem

# So many referrers of one page are named; of the others their number is given.
REFERRERS_MAX = 20


@dataclass(frozen=True, slots=True)
class AffectedPage:
    """Name a page that is public in another place: a translation or an alias.

    Shape: `edit_url` is empty where the user may not edit it.
    """

    page: Any
    edit_url: str
    may_be_taken_along: bool = False

    @property
    def title(self) -> str:
        """Return the title that readers see."""
        return str(self.page.title)

    @property
    def language(self) -> str:
        """Return the name of its language."""
        return str(self.page.locale.get_display_name())


@dataclass(frozen=True, slots=True)
class Referrer:
    """Name a public thing that refers to the page.

    Shape: `type_name` is what editors call its kind.
    """

    title: str
    type_name: str
    edit_url: str


@dataclass(frozen=True, slots=True)
class Affected:
    """Hold what a takedown of one page affects."""

    translations: list[AffectedPage] = field(default_factory=list)
    aliases: list[AffectedPage] = field(default_factory=list)
    referrers: list[Referrer] = field(default_factory=list)
    more_referrers: int = 0

    def __bool__(self) -> bool:
        return bool(self.translations or self.aliases or self.referrers)

    @property
    def offered(self) -> list[AffectedPage]:
        """Return the translations that the user may take along."""
        return [version for version in self.translations if version.may_be_taken_along]


def affected_by(page: Page, *, user: Any, action: str) -> Affected:
    """Return what else is affected when a user takes down or restricts a page.

    Shape: only what readers can see now. `action` is the method of Wagtail's page permissions that
           allows it, such as `can_unpublish`.
    """
    finder = AdminURLFinder(user)
    versions = page.get_translations().filter(live=True, alias_of=None).select_related("locale")
    referrers, more = _referrers(page, finder=finder)
    return Affected(
        translations=[
            AffectedPage(
                version,
                finder.get_edit_url(version) or "",
                getattr(version.permissions_for_user(user), action)(),
            )
            for version in versions.order_by("locale__language_code")
        ],
        aliases=[
            AffectedPage(alias, finder.get_edit_url(alias) or "")
            for alias in page.aliases.filter(live=True).select_related("locale").order_by("pk")
        ],
        referrers=referrers,
        more_referrers=more,
    )


def chosen_translations(
    pages: Iterable[Page], chosen: Iterable[str], *, user: Any, action: str
) -> list[Any]:
    """Return the translations of these pages that a user chose and may take along, as they are."""
    pks = {int(pk) for pk in chosen if pk.isascii() and pk.isdigit()}
    offered = (version for page in pages for version in _offered(page, user=user, action=action))
    return [version.specific for version in offered if version.pk in pks]


def _offered(page: Page, *, user: Any, action: str) -> list[Page]:
    versions = page.get_translations().filter(live=True, alias_of=None).order_by("pk")
    return [one for one in versions if getattr(one.permissions_for_user(user), action)()]


def _referrers(page: Page, *, finder: AdminURLFinder) -> tuple[list[Referrer], int]:
    """Return public things that point at the page: they lose it even while a translation is public."""
    owners = Mention.objects.filter(target=f"{kinds.PAGE}:{page.pk}").values("owner")
    now = timezone.now()
    rows = (
        PublishedItem.objects.filter(key__in=owners, visible=True, alias_of="")
        .filter(Q(valid_until=None) | Q(valid_until__gt=now))
        .order_by("type", "title", "key")
    )
    named = rows.values_list("key", "title", "type")[:REFERRERS_MAX]
    found = [
        _referrer(key, title or key, type_name=type_name, finder=finder)
        for key, title, type_name in named
    ]
    more = rows.count() - len(found) if len(found) == REFERRERS_MAX else 0
    return found, more


def _referrer(key: str, title: str, *, type_name: str, finder: AdminURLFinder) -> Referrer:
    kind, pk = kinds.split_key(key)
    is_projected = kind in kinds.projected_models()
    model: Any = kinds.model_named(kind, type_name) if is_projected else kinds.single_model(kind)
    thing = model._default_manager.filter(pk=pk).first()
    edit_url = (finder.get_edit_url(thing) or "") if thing else ""
    return Referrer(title, capfirst(str(model._meta.verbose_name)), edit_url)
