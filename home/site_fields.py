"""Answer what the settings of a site say of its addresses and languages."""

from collections.abc import Generator
from typing import Any

import graphene
from django.conf import settings as project
from graphql import GraphQLResolveInfo

from cms.content.asked import home_path
from cms.content.types import LocaleEnum, locale_name
from cms.publishing.extension import extend
from cms.publishing.reading.addresses import At
from cms.publishing.reading.items import Item
from cms.publishing.reading.served import ServedSite


@extend("SiteSettings")
class SiteFields(graphene.ObjectType):
    """Add to the settings of a site where and in which languages it is."""

    class Meta:
        description = "Computed fields of the settings."

    locale = graphene.Field(
        LocaleEnum, required=True, description="The language in which the texts are answered."
    )
    base_url = graphene.String(
        required=True,
        description="Address of the frontend, which every `path` follows; no slash at its end.",
    )
    default_locale = graphene.Field(
        LocaleEnum, required=True, description="The language whose paths have no prefix."
    )
    locales = graphene.List(
        graphene.NonNull(LocaleEnum),
        required=True,
        description="The languages in which its home page is public, the default language first.",
    )
    time_zone = graphene.String(
        required=True, description="IANA name of the zone in which the site's dates begin and end."
    )

    def resolve_locale(settings: Item, info: GraphQLResolveInfo) -> str:
        """Answer the language of the settings as they were asked for."""
        return locale_name(settings.locale or _site(settings, info).default_locale)

    def resolve_base_url(settings: Item, info: GraphQLResolveInfo) -> str:
        """Answer the address."""
        return _site(settings, info).base_url

    def resolve_default_locale(settings: Item, info: GraphQLResolveInfo) -> str:
        """Answer the site's own language."""
        return locale_name(_site(settings, info).default_locale)

    def resolve_locales(settings: Item, info: GraphQLResolveInfo) -> Generator[Any, Any, list[str]]:
        """Answer the languages that have a home page."""
        site = _site(settings, info)
        codes = sorted(site.languages, key=lambda code: (code != site.default_locale, code))
        found = yield [At(site.key, home_path(site, code), locale=code) for code in codes]
        homes = zip(codes, found, strict=True)
        return [locale_name(code) for code, at in homes if at.item and at.item.kind == "page"]

    def resolve_time_zone(settings: Item, info: GraphQLResolveInfo) -> str:
        """Answer the zone of the installation."""
        return project.TIME_ZONE


def _site(settings: Item, info: GraphQLResolveInfo) -> ServedSite:
    found: ServedSite = info.context.sites[settings.site]
    return found
