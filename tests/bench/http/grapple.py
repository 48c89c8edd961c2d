"""The door of plain grapple, answered by graphene-django's own view."""

from django.core.wsgi import get_wsgi_application

from tests.bench.grapple_urls import SCHEMA
from tests.bench.plain_grapple import follow_references, make_schema

follow_references()
SCHEMA["site"] = make_schema()

application = get_wsgi_application()
