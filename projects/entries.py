"""Say what feeds and portals get of projects."""

from collections.abc import Generator
from dataclasses import replace
from typing import Any

from cms.content.entries import full_entry, names_of
from cms.publishing.entries import Entry, entry_of
from cms.publishing.reading.context import ReadContext
from cms.publishing.reading.items import Item

PROJECT_FACTS = ("acronym", "fullTitle", "contractNumber", "startsOn", "endsOn", "durationMonths")


@entry_of("ProjectPage")
def project_entry(page: Item, context: ReadContext) -> Generator[Any, Any, Entry]:
    """Return a project as an entry; `details` has its dates, programmes and partners."""
    programmes = page.get("programmes") or ()
    partners = [partner["organisation"] for partner in page.get("partners") or ()]
    coordinator = page.get("coordinator")
    made = yield from full_entry(page, context, further=(*programmes, *partners, coordinator))
    return replace(
        made,
        summary=page.get("summary") or "",
        details={
            **{name: page.get(name) for name in PROJECT_FACTS},
            "programmes": list(names_of(programmes, page, context)),
            "coordinator": next(iter(names_of([coordinator], page, context)), None),
            "partners": list(names_of(partners, page, context)),
        },
    )
