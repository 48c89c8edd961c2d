"""Count members of the schema under the names that version 0.2.0 gives them.

Who asks for a member is judged by 400 days of counts; a new name begins with those of the former one.
"""

from collections.abc import Iterable
from typing import Any

from django.db import migrations
from django.db.models import F

# Members of types and of inputs: type, then former and present names.
MEMBERS = {
    "Change": {"change": "kind", "id": "sourceId"},
    "ClusterPage": {"observations": "keyFigures"},
    "EventPage": {"status": "eventStatus"},
    "Menu": {"name": "menu"},
    "NewsFilter": {"project": "projectId"},
    "NewsPage": {"usage": "rights"},
    "OpenCall": {"eligible": "eligibleApplicants"},
    "ProjectFilter": {
        "country": "countries",
        "partner": "partnerId",
        "programme": "programmeId",
        "status": "statuses",
    },
    "ProjectPage": {"status": "projectStatus"},
    "Query": {
        "navigation": "menu",
        "navigation(locale:)": "menu(locale:)",
        "navigation(menu:)": "menu(name:)",
        "navigation(site:)": "menu(site:)",
    },
    "Replacement": {"id": "sourceId"},
    "SearchFacet": {"field": "name"},
    "SearchFilter": {"project": "projectId"},
    "Strategy": {
        "formalised": "isFormalised",
        "internationalisationFocus": "hasInternationalisationFocus",
    },
}
COORDINATES = {
    **{
        f"{type_name}.{former}": f"{type_name}.{present}"
        for type_name, names in MEMBERS.items()
        for former, present in names.items()
    },
    **{
        f"Observation.{name}": f"KeyFigure.{name}"
        for name in ("asOf", "metric", "source", "unit", "value")
    },
    **{
        f"SearchField.{name}": f"FacetName.{name}"
        for name in ("COUNTRY", "LOCALE", "PROJECT", "TOPIC", "TYPE", "YEAR")
    },
    **{
        f"Usage.{name}": f"UsageRights.{name}"
        for name in ("attributionText", "attributionUrl", "canonicalUrl", "licence")
    },
    "Usage.syndicationAllowed": "UsageRights.isSyndicationAllowed",
}


def move(apps: Any, schema_editor: Any) -> None:
    """Count under the present names."""
    _move(apps, COORDINATES.items())


def move_back(apps: Any, schema_editor: Any) -> None:
    """Count under the former names."""
    _move(apps, [(present, former) for former, present in COORDINATES.items()])


def _move(apps: Any, pairs: Iterable[tuple[str, str]]) -> None:
    counts = apps.get_model("api", "FieldUsage").objects
    for source, target in pairs:
        # A day on which both names were asked for has one number afterwards.
        for day, client in counts.filter(coordinate=target).values_list("day", "client"):
            same = counts.filter(day=day, client=client)
            requests = same.filter(coordinate=source).values_list("requests", flat=True).first()
            if requests is not None:
                same.filter(coordinate=target).update(requests=F("requests") + requests)
                same.filter(coordinate=source).delete()
        counts.filter(coordinate=source).update(coordinate=target)


class Migration(migrations.Migration):
    """Move the counts of renamed members."""

    dependencies = [("api", "0001_usage")]

    operations = [migrations.RunPython(move, move_back)]
