"""The door of plain grapple, answered by graphene-django's own view."""

from typing import Any

from django.core.wsgi import get_wsgi_application

from tests.bench.plain_grapple import follow_references, make_schema


def _application() -> Any:
    # Wagtail's addresses want Django set up, which the module above does.
    from tests.bench.grapple_urls import SCHEMA

    follow_references()
    SCHEMA["site"] = make_schema()
    return get_wsgi_application()


application = _application()
