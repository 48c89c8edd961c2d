"""Say what feeds, calendars and portals get of news and events."""

import datetime as dt
from collections.abc import Generator
from dataclasses import replace
from typing import Any

from cms.content.entries import categories_of, full_entry, names_of, project_of
from cms.publishing.entries import Entry, entry_of
from cms.publishing.reading.context import ReadContext
from cms.publishing.reading.items import Item

Making = Generator[Any, Any, Entry]

EVENT_FACTS = (
    "startsAt", "endsAt", "timeZone", "isAllDay", "eventStatus", "attendance", "venue",
    "participantsNote",
)  # fmt: skip


@entry_of("NewsPage")
def news_entry(page: Item, context: ReadContext) -> Making:
    """Return a news item as an entry; `details` has its types, its project and its call."""
    topics, author = page.get("topics") or (), page.get("author")
    call = page.get("call")
    eligible = tuple((call or {}).get("eligibleApplicants") or ())
    made = yield from full_entry(
        page, context, further=(*topics, author, page.get("project"), *eligible)
    )
    corrected_at = page.get("correctedAt")
    codes = [term.code for term in categories_of(eligible, page, context)]
    return replace(
        made,
        summary=page.get("introduction") or "",
        authors=names_of([author], page, context),
        categories=categories_of(topics, page, context),
        corrected_at=dt.datetime.fromisoformat(corrected_at) if corrected_at else None,
        correction_note=page.get("correctionNote"),
        details={
            "types": page.get("types"),
            "project": project_of(page, context),
            "call": {**call, "eligibleApplicants": codes} if call else None,
        },
    )


@entry_of("EventPage")
def event_entry(page: Item, context: ReadContext) -> Making:
    """Return an event as an entry; `details` has when and where it takes place, and by whom."""
    organisers = page.get("organisers") or ()
    made = yield from full_entry(page, context, further=(*organisers, page.get("project")))
    return replace(
        made,
        summary=page.get("summary") or "",
        details={
            **{name: page.get(name) for name in EVENT_FACTS},
            "organisers": list(names_of(organisers, page, context)),
            "project": project_of(page, context),
        },
    )
