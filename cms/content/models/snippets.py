"""Hold what every snippet has: a lasting identity, drafts, a history, and a way to be published."""

import uuid
from typing import Any, ClassVar

import graphene
from django.db import models
from wagtail.models import DraftStateMixin, LockableMixin, RevisionMixin, WorkflowMixin
from wagtail.search import index

from cms.content.publication import PublicationRules, SnippetForm
from cms.publishing import exposure
from cms.publishing.protocols import Columns, WithdrawalReason, public_id
from cms.publishing.together import DraftsTogether


class PublishedSnippet(
    DraftsTogether,
    PublicationRules,
    DraftStateMixin,
    LockableMixin,
    RevisionMixin,
    index.Indexed,
    models.Model,
):
    """Be a thing of its own that pages refer to."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)

    published_kind: ClassVar[str]
    published_conditions: ClassVar[dict[str, WithdrawalReason]] = {
        "live": WithdrawalReason.UNPUBLISHED
    }
    has_id_per_language: ClassVar[bool] = True

    base_form_class = SnippetForm

    graphql_fields = [
        exposure.value(
            "id",
            graphene.ID,
            "Opaque, global and stable id.",
            required=True,
            source="public_id",
        ),
    ]

    class Meta:
        abstract = True

    @property
    def public_id(self) -> str:
        """Return the id by which clients know this."""
        return public_id(self.published_kind, self.uuid)

    def published_columns(self) -> Columns:
        """Return what lists and search need to know."""
        return Columns(title=str(self), search_text=str(self))

    def save_revision(self, *args: Any, clean: bool = True, **kwargs: Any) -> Any:
        """Store a draft; what it contradicts is refused when it is published.

        Wagtail asks for a complete one when an editor goes back to an older draft.
        """
        return super().save_revision(*args, clean=False, **kwargs)

    def save(self, *args: object, **kwargs: object) -> None:
        """Write the row.

        Raises: ValidationError when the snippet is live but not complete.
        """
        # Wagtail writes bookkeeping with update_fields: that never makes anything public.
        if self.live and kwargs.get("update_fields") is None:
            self.refuse_unpublishable()
        super().save(*args, **kwargs)


class ModeratedSnippet(WorkflowMixin, PublishedSnippet):
    """Be a snippet that editors submit and moderators approve, as they do with pages."""

    class Meta:
        abstract = True


def localized_text(*, en: str, bg: str) -> dict[str, str] | None:
    """Return a text by language without the empty ones, or None when there is none at all."""
    texts = {"en": en.strip(), "bg": bg.strip()}
    return {language: text for language, text in texts.items() if text} or None
