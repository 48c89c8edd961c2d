"""The door of plain grapple, answered by graphene-django's own view."""

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from tests.bench.plain_grapple import follow_references, make_schema

follow_references()
settings.GRAPHENE["SCHEMA"] = make_schema()

application = get_wsgi_application()
