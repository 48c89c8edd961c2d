"""Compute at read what every page answers: its address, languages and metadata, and its texts."""

from collections.abc import Generator, Iterator
from typing import Any

import graphene
import orjson
from graphql import GraphQLResolveInfo

from cms.content import richtext
from cms.content.countries import country_label
from cms.content.graphql.files import DocumentFields, ImageFields, document_url
from cms.content.graphql.ids import ReadingLanguage, SourceId
from cms.content.graphql.links import LinkTargetFields
from cms.content.graphql.nodes import NodeQueries
from cms.content.graphql.origin import PageOrigin
from cms.content.graphql.pages import PageQueries
from cms.content.types import (
    Country,
    LocaleEnum,
    PageInterface,
    RichText,
)
from cms.publishing import extension
from cms.publishing.extension import extend, of_the_thing_alone, stored_as
from cms.publishing.public_ids import DEFAULT_LANGUAGE
from cms.publishing.reading.addresses import At
from cms.publishing.reading.context import ReadContext
from cms.publishing.reading.dependencies import carried_by
from cms.publishing.reading.items import Item, Part
from cms.publishing.reading.loads import Things, Translations, source_of
from cms.publishing.reading.structured_data import json_ld

__all__ = [
    "DocumentFields",
    "ImageFields",
    "LinkTargetFields",
    "NodeQueries",
    "PageOrigin",
    "PageQueries",
    "ReadingLanguage",
    "SourceId",
]

Loading = Generator[Any, Any, Any]

stored_as(RichText, project=richtext.template, references=richtext.references)
stored_as(Country, project=lambda code: code or None)
# Lists that are usually shorter than what is assumed of a list.
extension.assume_sizes("Page", breadcrumbs=5, translations=5)
carried_by("Term", "termScheme", "termCode")
carried_by("Organisation", "country", "organisationKind")


# Rich text and countries


def _address(context: ReadContext, locale: str) -> Any:
    def address(key: str) -> str | None:
        item = context.thing(key, locale=locale)
        if item is None:
            return None
        return document_url(item) if item.kind == "document" else context.url(item)

    return address


def _html(text: Part, info: GraphQLResolveInfo) -> str:
    return richtext.fill(text.value, address=_address(info.context, text.locale))


RichText.resolve_html = staticmethod(_html)
RichText.resolve_plain_text = staticmethod(lambda text, _info: richtext.plain_text(text.value))
RichText.resolve_markdown = staticmethod(lambda text, info: richtext.markdown(_html(text, info)))


@of_the_thing_alone
def _country_code(country: Part, _info: GraphQLResolveInfo) -> str:
    code: str = country.value
    return code


@of_the_thing_alone
def _country_label(country: Part, _info: GraphQLResolveInfo) -> str:
    # Things without a language have none when nothing refers to them: English then.
    return country_label(country.value, language=country.locale or DEFAULT_LANGUAGE)


Country.resolve_code = staticmethod(_country_code)
Country.resolve_label = staticmethod(_country_label)


# Pages


class Translation(graphene.ObjectType):
    """A version of a page in one language."""

    class Meta:
        description = "A version of a page in one language."

    locale = graphene.Field(LocaleEnum, required=True, description="The language.")
    url = graphene.String(required=True, description="Its address.")
    path = graphene.String(required=True, description="Path of that address, language included.")
    title = graphene.String(required=True, description="Its title.")


class Seo(graphene.ObjectType):
    """What the head of a page says."""

    class Meta:
        description = "What the head of a frontend page should say."

    title = graphene.String(required=True, description="Title for search engines.")
    description = graphene.String(
        required=True, description="Description, empty when there is none."
    )
    canonical_url = graphene.String(required=True, description="Where the text is at home.")
    json_ld = graphene.String(required=True, description="One schema.org JSON-LD document.")

    def resolve_title(page: Item, info: GraphQLResolveInfo) -> str:
        """Answer the editor's title for search engines, else the page's."""
        return search_title(page)

    def resolve_description(page: Item, info: GraphQLResolveInfo) -> str:
        """Answer the editor's description, else the summary."""
        return search_description(page)

    def resolve_canonical_url(page: Item, info: GraphQLResolveInfo) -> Loading:
        """Answer where the text first appeared, else the address of the page that an alias shows."""
        source = yield from source_of(page)
        return canonical_url(source, info.context)

    def resolve_json_ld(page: Item, info: GraphQLResolveInfo) -> Loading:
        """Answer the structured data that the page's type makes."""
        document = yield from json_ld(page, info.context)
        return _within_script(orjson.dumps(document).decode())


# Each of these may end a `<script>` element or a line of script; JSON reads them escaped as well.
_ENDS_SCRIPT = str.maketrans({sign: f"\\u{ord(sign):04x}" for sign in "<>&\u2028\u2029"})


def _within_script(text: str) -> str:
    return text.translate(_ENDS_SCRIPT)


def search_title(page: Item) -> str:
    """Return the editor's title for search engines, else the page's."""
    return page.get("seoTitle") or page.title


def search_description(page: Item) -> str:
    """Return the editor's description for search engines, else the summary."""
    return page.get("searchDescription") or page.summary


def canonical_url(page: Item, context: ReadContext) -> str:
    """Return where a page's text is at home."""
    rights = page.get("rights") or {}
    return rights.get("canonicalUrl") or context.url(page)


@extend("Page")
class PageFields(graphene.ObjectType):
    """Add to every page what depends on where it is."""

    class Meta:
        description = "Computed fields of pages."

    url = graphene.String(required=True, description="Absolute public address on the frontend.")
    path = graphene.String(required=True, description="Path of that address, language included.")
    locale = graphene.Field(LocaleEnum, required=True, description="The page's language.")
    summary = graphene.String(
        required=True,
        description="What it is, in short: the introduction of a page that has one. It may be empty.",
    )
    translations = graphene.List(
        graphene.NonNull(Translation),
        required=True,
        description="The public versions in all languages, this one among them; an alias is none.",
    )
    alias_of = graphene.Field(
        PageInterface,
        description="The page whose text this page shows at a second address; null for all others.",
    )
    breadcrumbs = graphene.List(
        graphene.NonNull(PageInterface),
        required=True,
        description="The pages above this one, from the home page down.",
    )
    seo = graphene.Field(Seo, required=True, description="What the head of a page should say.")

    def resolve_url(page: Item, info: GraphQLResolveInfo) -> str:
        """Answer the address."""
        return info.context.url(page)

    def resolve_path(page: Item, info: GraphQLResolveInfo) -> str:
        """Answer the path."""
        return page.path

    def resolve_locale(page: Item, info: GraphQLResolveInfo) -> str:
        """Answer the language."""
        return page.locale.upper()

    @of_the_thing_alone
    def resolve_summary(page: Item, info: GraphQLResolveInfo) -> str:
        """Answer the summary that lists and search have."""
        return page.summary

    def resolve_translations(page: Item, info: GraphQLResolveInfo) -> Loading:
        """Answer the versions."""
        versions = yield Translations(page.translation_key, site=page.site)
        return [
            {
                "locale": version.locale.upper(),
                "url": info.context.url(version),
                "path": version.path,
                "title": version.title,
            }
            for version in versions
        ]

    def resolve_alias_of(page: Item, info: GraphQLResolveInfo) -> Loading:
        """Answer the source in its own language."""
        if not page.alias_of:
            return None
        found = yield Things((page.alias_of,))
        return found[0] if found else None

    def resolve_breadcrumbs(page: Item, info: GraphQLResolveInfo) -> Loading:
        """Answer the pages above; all of them are public, or this one would not be."""
        found = yield [At(page.site, path, locale=page.locale) for path in paths_above(page, info)]
        return [place.item for place in found if place.item and place.item.kind == "page"]

    def resolve_seo(page: Item, info: GraphQLResolveInfo) -> Item:
        """Answer the page itself; the fields below take what they need."""
        return page


def paths_above(page: Item, info: GraphQLResolveInfo) -> Iterator[str]:
    """Yield the paths of the pages above a page, from the home page of its language down."""
    site = info.context.sites.get(page.site)
    is_prefixed = site is not None and page.locale != site.default_locale
    steps = page.path.strip("/").split("/") if page.path.strip("/") else []
    start = 1 if is_prefixed else 0
    for end in range(start, len(steps)):
        yield "/" + "".join(f"{step}/" for step in steps[:end])
