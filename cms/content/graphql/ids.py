"""Compute at read what tells things apart: their source ids, and the languages they are read in."""

import graphene
from graphql import GraphQLResolveInfo

from cms.content.types import LocaleEnum, locale_name
from cms.publishing import extension
from cms.publishing.extension import extend, independent_of, of_the_thing_alone
from cms.publishing.public_ids import DEFAULT_LANGUAGE
from cms.publishing.reading.items import Item


@extend("Node")
@extend("Page")
class SourceId(graphene.ObjectType):
    """Add to everything that has an id the one that is the same in all languages."""

    class Meta:
        description = "What everything with an id has."

    source_id = graphene.ID(
        required=True,
        description="The same in all languages: the id in `/sync`, webhooks, feeds and calendars. For"
        " pages, menus, pictures and documents it equals `id`. Arguments accept either.",
    )

    @independent_of("locale")
    @of_the_thing_alone
    def resolve_source_id(thing: Item, info: GraphQLResolveInfo) -> str:
        """Answer the id under which it is published."""
        return thing.public_id


@extend(extension.READ_IN_LANGUAGES)
class ReadingLanguage(graphene.ObjectType):
    """Add to one thing with texts in several languages the one it is read in."""

    class Meta:
        description = "What one thing with texts in several languages has."

    locale = graphene.Field(
        LocaleEnum,
        required=True,
        description="The language of its texts here: that of the page that refers to it.",
    )

    @of_the_thing_alone
    def resolve_locale(thing: Item, info: GraphQLResolveInfo) -> str:
        """Answer the language."""
        return locale_name(thing.locale or DEFAULT_LANGUAGE)
