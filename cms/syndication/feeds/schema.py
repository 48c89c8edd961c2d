"""Tell frontends which feeds a site has, for the `rel="alternate"` links of their pages."""

from typing import Any

import graphene
from graphql import GraphQLResolveInfo

from cms.publishing.extension import extend
from cms.publishing.reading.items import Item
from cms.publishing.reading.stored import localized
from cms.publishing.subjects import subjects
from cms.syndication.feeds.asked import Asked
from cms.syndication.feeds.document import MEDIA_TYPES, feed_address, feed_title


class Feed(graphene.ObjectType):
    """One feed in one format."""

    class Meta:
        description = "A feed in one format, for `rel=alternate` in the head of a frontend page."

    title = graphene.String(required=True, description="What the feed is called.")
    url = graphene.String(required=True, description="Its address.")
    type = graphene.String(required=True, description="Its media type.")


@extend("SiteSettings")
class SiteFeeds(graphene.ObjectType):
    """Add to the settings of a site its feeds."""

    class Meta:
        description = "Computed fields of the settings."

    feeds = graphene.List(
        graphene.NonNull(Feed),
        required=True,
        description="The site's feeds in this language, in every format.",
    )

    def resolve_feeds(settings: Item, info: GraphQLResolveInfo) -> list[dict[str, Any]]:
        """Answer the feeds of the site in the language in which its settings were asked for."""
        site = info.context.sites[settings.site]
        language = settings.locale or site.default_locale
        name = localized(settings.get("siteName") or site.key, locale=language) or site.key
        return [
            {
                "title": feed_title(subject, site_name=name, language=language),
                "url": feed_address(
                    subject.name, form=form, query=Asked(subject, site, language, {}, None).query()
                ),
                "type": media_type,
            }
            for subject in sorted(subjects().values(), key=lambda subject: subject.name)
            for form, media_type in MEDIA_TYPES.items()
        ]
