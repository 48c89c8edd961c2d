"""Hold what every page has."""

import datetime as dt
from typing import Any, ClassVar

import graphene
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, PublishingPanel
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Page
from wagtail.rich_text import get_text_for_indexing

from cms.content import streams
from cms.content.drafts import incomplete_rows_set_aside, without_lost_references
from cms.content.pictures import ALT_TEXT_MISSING, WithPicture, needs_alt_text
from cms.content.publication import ContentPageForm, Problem
from cms.content.types import DateTime, Picture
from cms.publishing import exposure
from cms.publishing.protocols import Columns, WithdrawalReason, public_id
from cms.publishing.scopes import transaction
from cms.publishing.sites import frontend_of, frontend_path
from cms.publishing.together import DraftsTogether

# A page that was made by code and never published through a revision knows no instant at all.
_UNKNOWN_INSTANT = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)


class BasePage(DraftsTogether, WithPicture, Page):
    """Be a page that readers reach over GraphQL."""

    published_kind: ClassVar[str] = "page"
    published_conditions: ClassVar[dict[str, WithdrawalReason]] = {}

    base_form_class = ContentPageForm
    # Pages have no templates here: frontends show them, and previews will be theirs as well.
    preview_modes: ClassVar[list[tuple[str, str]]] = []

    content_panels = [*Page.content_panels, WithPicture.picture_panel]
    promote_panels = [
        MultiFieldPanel(
            [FieldPanel("slug"), FieldPanel("seo_title"), FieldPanel("search_description")],
            heading=_("For search engines and links"),
        ),
    ]
    settings_panels = [PublishingPanel()]

    graphql_fields = [
        exposure.value(
            "id",
            graphene.ID,
            "Opaque, global and stable id of this page and language.",
            required=True,
            source="public_id",
        ),
        exposure.value("title", graphene.String, "The page's title.", required=True),
        exposure.value(
            "published_at", DateTime, "When the page was first published.", required=True
        ),
        exposure.value("updated_at", DateTime, "When the page was last published.", required=True),
        exposure.value("picture", Picture, "The page's main picture.", source="picture_value"),
        exposure.stored("seo_title", "Title for search engines, when it differs from the title."),
        exposure.stored("search_description", "Description for search engines."),
    ]

    class Meta:
        abstract = True

    @property
    def public_id(self) -> str:
        """Return the id by which clients know this page in this language."""
        return public_id(
            self.published_kind, self.translation_key, locale=self.locale.language_code
        )

    @property
    def published_at(self) -> dt.datetime:
        """Return when the page first went live, as far as is known; never the present."""
        # Not the instant of the latest revision: that is about drafts.
        return self.first_published_at or self.last_published_at or _UNKNOWN_INSTANT

    @property
    def updated_at(self) -> dt.datetime:
        """Return when the public text last changed, as far as is known; never the present."""
        return self.last_published_at or self.published_at

    def published_columns(self) -> Columns:
        """Return what lists, feeds and search need. Extend it with `dataclasses.replace`."""
        return Columns(
            title=self.title,
            summary=self.search_description,
            sort_at=self.published_at,
            search_text=self.search_text(),
        )

    def search_text(self) -> str:
        """Return every word a reader sees in the title and the bodies, as plain text."""
        words = [self.title, self.search_description]
        for field in self._meta.get_fields():
            if isinstance(field, StreamField):
                words.extend(streams.texts(getattr(self, field.name)))
            elif isinstance(field, RichTextField):
                words.append(get_text_for_indexing(getattr(self, field.name)))
        return " ".join(word for word in words if word)

    def publication_problems(self) -> list[Problem]:
        """Ask for the text of every picture, on the page and in its bodies."""
        problems = super().publication_problems()
        for field in self._meta.get_fields():
            if isinstance(field, StreamField):
                problems.extend(_pictures_without_text(field.name, getattr(self, field.name)))
        return problems

    def save(
        self, clean: bool = True, user: Any = None, log_action: Any = False, **kwargs: Any
    ) -> Any:
        """Write the page.

        Raises: ValidationError when the page is live but not complete.
        """
        if clean and self.live:
            self.refuse_unpublishable()
        if self.alias_of_id:
            # Wagtail never fills in the first of them for the alias of a draft.
            source = Page.objects.filter(pk=self.alias_of_id)
            dates = source.values("first_published_at", "last_published_at").first()
            for name, instant in (dates or {}).items():
                setattr(self, name, instant)
        kwargs.update(clean=clean, user=user, log_action=log_action)
        if self.live:
            return super().save(**kwargs)
        with incomplete_rows_set_aside(self):
            return super().save(**kwargs)

    @classmethod
    def from_serializable_data(
        cls, data: dict[str, Any], check_fks: bool = True, strict_fks: bool = False
    ) -> Any:
        """Return the page of a revision, also when something it refers to was deleted since."""
        known = without_lost_references(cls, data) if check_fks else data
        return super().from_serializable_data(known, check_fks=check_fks, strict_fks=strict_fks)

    def move(self, target: Any, pos: Any = None, user: Any = None) -> Any:
        """Move the page with everything below it, on both planes at once."""
        with transaction():
            return super().move(target, pos=pos, user=user)

    def get_url_parts(self, request: Any = None) -> tuple[int, str, str] | None:
        """Return the site, the address of its frontend and the page's path there.

        Shape: None while the page stands below no site. Wagtail has no route of its own to pages here;
               its links, mails and redirects from old addresses are made of this.
        """
        places = self._get_relevant_site_root_paths(request)
        if not places:
            return None
        site_id, root_path, _root_url, language = places[0]
        base_url, default_locale = frontend_of(site_id)
        rest = self.url_path[len(root_path) :]
        path = frontend_path(rest, locale=language, default_locale=default_locale)
        return site_id, base_url, path

    def get_url(self, request: Any = None, current_site: Any = None) -> str | None:
        """Return the page's address on its frontend, which is never the host of the admin."""
        address: str | None = self.get_full_url(request=request)
        return address

    url = property(get_url)


def _pictures_without_text(field: str, stream: Any) -> list[Problem]:
    from cms.content.blocks import PictureStructBlock

    return [
        Problem(
            field,
            _("Block %(position)d: %(message)s")
            % {"position": place.position, "message": ALT_TEXT_MISSING},
        )
        for place in streams.walk(stream)
        if isinstance(place.block, PictureStructBlock)
        and needs_alt_text(
            (place.raw or {}).get("image"),
            alt=(place.raw or {}).get("alt"),
            is_decorative=(place.raw or {}).get("is_decorative"),
        )
    ]
