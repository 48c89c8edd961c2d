"""Read the arguments that root fields share: `site`, `locale` and ranges of dates."""

import datetime as dt
from typing import Any

import graphene
from graphql import GraphQLResolveInfo

from cms.content.local_time import local_midnight
from cms.content.types import LocaleEnum, locale_code
from cms.publishing.connections import bad_input
from cms.publishing.reading.conditions import Between, Condition
from cms.publishing.reading.context import UnknownSite
from cms.publishing.reading.served import ServedSite


def place_arguments() -> dict[str, Any]:
    """Return the arguments that say which site and which language is asked for."""
    return {
        **site_argument(),
        "locale": graphene.Argument(
            LocaleEnum,
            description="Language; the site's default when absent. There is no fallback.",
        ),
    }


def site_argument() -> dict[str, Any]:
    """Return the argument that says which site is asked for."""
    return {"site": graphene.String(description="Key of a site; the default site when absent.")}


def asked_site(info: GraphQLResolveInfo, key: str | None) -> ServedSite:
    """Return the site that is asked for.

    Raises: GraphQLError with code BAD_USER_INPUT when there is no such site.
    """
    try:
        site: ServedSite = info.context.site(key)
    except UnknownSite as error:
        raise bad_input("There is no such site.") from error
    return site


def asked_place(
    info: GraphQLResolveInfo, *, site: str | None, locale: str | None
) -> tuple[ServedSite, str]:
    """Return the site and the language code that are asked for."""
    found = asked_site(info, site)
    return found, locale_code(locale) if locale else found.default_locale


def home_path(site: ServedSite, locale: str) -> str:
    """Return the path of a site's home page in a language."""
    return "/" if locale == site.default_locale else f"/{locale}/"


def date_condition(column: str, wanted: Any) -> tuple[Condition, ...]:
    """Return what holds of items whose instant lies in a DateRange, both dates included."""
    if not wanted:
        return ()
    first, last = wanted.get("from_"), wanted.get("to")
    since = local_midnight(first) if first else None
    # Nothing is dated after the last day there is.
    is_bound = last is not None and last < dt.date.max
    until = local_midnight(last + dt.timedelta(days=1)) if is_bound else None
    return (Between(column, since=since, until=until),) if since or until else ()
