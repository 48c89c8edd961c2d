"""Answer where the text of a page comes from: its group of translations, artificial intelligence."""

import graphene
from django.db import models
from graphql import GraphQLResolveInfo

from cms.publishing import exposure
from cms.publishing.extension import extend, of_the_thing_alone
from cms.publishing.protocols import group_id
from cms.publishing.reading.items import Item


class AiUseKind(models.TextChoices):
    """What artificial intelligence did to a text."""

    ASSISTED = "ASSISTED", "It helped a person who wrote the text."
    GENERATED = "GENERATED", "It wrote the text."
    TRANSLATED = "TRANSLATED", "It translated the text."


AiUseKindEnum = exposure.enum_type(AiUseKind, "What artificial intelligence did to a text.")


class AiUse(graphene.ObjectType):
    """How artificial intelligence was used for a text."""

    class Meta:
        description = "How artificial intelligence was used for a text."

    kind = graphene.Field(AiUseKindEnum, required=True, description="What it did.")
    is_human_reviewed = graphene.Boolean(
        required=True, description="Whether a person has read and approved the text since."
    )
    reviewed_on = graphene.Date(description="When that was.")


@extend("Page")
class PageOrigin(graphene.ObjectType):
    """Add to every page where its text comes from."""

    class Meta:
        description = "Computed fields of pages."

    group_id = graphene.ID(
        required=True,
        description="Opaque and stable: the same for all translations of a page, and for no other.",
    )
    ai_use = graphene.Field(
        AiUse,
        description="How artificial intelligence was used for the text; null where nobody said.",
    )

    @of_the_thing_alone
    def resolve_group_id(page: Item, info: GraphQLResolveInfo) -> str:
        """Answer the id of the group of translations."""
        return group_id(page.translation_key)

    @of_the_thing_alone
    def resolve_ai_use(page: Item, info: GraphQLResolveInfo) -> None:
        """Answer nothing: no editor can say it yet."""
        return
