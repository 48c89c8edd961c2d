"""Read how pages, published rows and the content clock agree."""

from typing import Any

SETTLED = {
    "unnumbered": 0,
    "shared": 0,
    "clock_minus_written": 0,
    "differing_titles": 0,
    "unsettled": "0 changes",
}


def verdict() -> dict[str, Any]:
    """Return what must hold whenever nobody writes."""
    from django.db import connection, transaction

    from cms.publishing.reconcile import sweep

    with transaction.atomic():
        # All of one instant: what a killed process had asked for may be committed after its end. That
        # can be hundreds of changes: each renaming leaves a redirect for every page of the section.
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        found = _agreement()
    return {**found, "unsettled": str(sweep())}


def _agreement() -> dict[str, int]:
    """Return how pages, rows and clock agree."""
    from django.db.models import Sum

    from cms.publishing.clock import read_clock
    from cms.publishing.models import PublishedItem
    from news.models import NewsPage

    rows = PublishedItem.objects
    titles = dict(rows.filter(type="NewsPage", visible=True).values_list("key", "title"))
    pages = {f"page:{p.pk}": p.title for p in NewsPage.objects.all()}
    seqs = list(rows.values_list("seq", flat=True))
    written = rows.aggregate(total=Sum("version"))["total"]
    return {
        "unnumbered": seqs.count(None),
        "shared": len(seqs) - len(set(seqs)),
        "clock_minus_written": read_clock().value - written,
        "differing_titles": sum(pages[key] != title for key, title in titles.items()),
    }
