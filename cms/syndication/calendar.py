"""Serve the calendars: one of events, one of deadlines, and a file for each page in them."""

import datetime as dt
from collections.abc import Mapping, Sequence

from django.http import HttpRequest

from cms.publishing.occasions import occasion_of, occasional_types, shown_by
from cms.publishing.reading.conditions import Between, Condition, Having, Order, PointingAt, Whose
from cms.publishing.reading.context import ReadContext
from cms.publishing.reading.items import Item, instant
from cms.publishing.reading.listing import Listing
from cms.publishing.reading.loads import ByPublicId
from cms.publishing.reading.served import ServedSite
from cms.publishing.reading.together import drive_together
from cms.syndication.calendar_text import Entry, calendar_text, withdrawn_text
from cms.syndication.parameters import BadParameter, named_once
from cms.syndication.scoped import conditions, is_seen, scoped
from cms.syndication.serving import (
    Served,
    asked_instant,
    asked_language,
    asked_site,
    public_address,
    refusal,
    served,
)
from cms.syndication.stated import Stated, by_public_id, listed
from cms.syndication.stream import StreamFilter

ICALENDAR = "text/calendar; charset=utf-8"
PARAMETERS = ("site", "language", "project", "topic", "from", "to")
# The latest ones, when there are more: a calendar cannot be read page by page.
MOST = 1_000
NAMES = {
    "events": {"en": "Events", "bg": "Събития"},
    "calls": {"en": "Open calls", "bg": "Отворени покани"},
}


@served()
def events(request: HttpRequest, context: ReadContext) -> Served:
    """Answer the calendar of events."""
    known = tuple(name for name in PARAMETERS if name != "topic")
    given = named_once(request, known=known)
    return _calendar("events", given, context, path=request.get_full_path())


@served()
def calls(request: HttpRequest, context: ReadContext) -> Served:
    """Answer the calendar of deadlines of open calls."""
    given = named_once(request, known=PARAMETERS)
    return _calendar("calls", given, context, path=request.get_full_path())


@served()
def event(_request: HttpRequest, context: ReadContext, public_id: str) -> Served:
    """Answer one page's entry; 410 with a cancelled one when it was withdrawn, else 404."""
    sites = context.sites
    stated, changed_at = by_public_id(context, public_id)
    if stated is None or stated.item.type not in occasional_types():
        return refusal("There is no such event.", status=404)
    if not is_seen(context, public_id, is_withdrawn=stated.is_withdrawn, feed="ics"):
        return refusal("Your key does not see this event.", status=404)
    if stated.is_withdrawn:
        return Served(withdrawn_text(stated), ICALENDAR, status=410)
    entries = _entries([stated], context)
    if not entries or stated.item.site not in sites:
        return refusal("There is no such event.", status=404)
    return Served(calendar_text(entries), ICALENDAR, changed_at=changed_at)


def _calendar(name: str, given: Mapping[str, str], context: ReadContext, *, path: str) -> Served:
    site = asked_site(given, context)
    language = asked_language(given, site) or site.default_locale
    shown = shown_by(name)
    whole = StreamFilter(types=(shown.type_name,), locales=(language,))
    of_key = conditions(scoped(context, whole, feed="ics"))
    tests = [*shown.conditions, *_conditions(given, column=shown.column), *of_key]
    listing = Listing(
        (shown.type_name,), site.key, language, Order.STARTS_AT_ASC, MOST, None, tuple(tests)
    )
    found, changed_at = listed(context, listing, order=f"i.{shown.column} DESC, i.public_id")
    if not found:
        _refuse_unknown_project(given, context)
    title = NAMES[name].get(language, NAMES[name]["en"])
    body = calendar_text(
        _entries(found, context), name=f"{title} – {_host(site)}", source=public_address(path)
    )
    return Served(body, ICALENDAR, changed_at=changed_at)


def _conditions(given: Mapping[str, str], *, column: str) -> list[Condition]:
    """Return what the parameters ask for: what has not ended before `from` and starts before `to`."""
    since = asked_instant(given, "from", is_end=False)
    until = asked_instant(given, "to", is_end=True)
    found: list[Condition] = []
    if since is not None:
        found.append(Between("ends_at", since=since))
    if until is not None:
        found.append(Between(column, until=until))
    if "project" in given:
        found.append(PointingAt("project", public_id=given["project"]))
    if "topic" in given:
        found.append(Whose("topic", Having("termCode", (given["topic"],))))
    return found


def _refuse_unknown_project(given: Mapping[str, str], context: ReadContext) -> None:
    """Tell a project without entries from one that is not public or was never there."""
    if "project" not in given:
        return
    context.load([load := ByPublicId(given["project"])])
    if context.results[load] is None:
        raise BadParameter("`project`: there is no project with this id.")


def _entries(found: Sequence[Stated], context: ReadContext) -> list[Entry]:
    occasions = drive_together(context, [occasion_of(stated.item, context) for stated in found])
    return [
        Entry(
            stated.item.public_id,
            stated.version,
            stated.changed_at,
            _published_at(stated.item),
            stated.item.locale,
            context.url(stated.item),
            occasion,
        )
        for stated, occasion in zip(found, occasions, strict=True)
        if occasion is not None
    ]


def _published_at(page: Item) -> dt.datetime:
    moment = instant(page.get("publishedAt"))
    assert moment is not None
    return moment


def _host(site: ServedSite) -> str:
    return site.base_url.split("://")[-1]
