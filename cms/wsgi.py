"""The door for a WSGI server; production settings unless told otherwise."""

import os
from wsgiref.types import WSGIApplication

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cms.settings.production")

django = get_wsgi_application()

# The front is made of things that need Django's rooms to be there.
from cms.api.front import Front  # noqa: E402
from cms.api.warm import warm  # noqa: E402
from cms.leading import Led  # noqa: E402
from cms.slow_clients import GatedApplication, WholeBodies  # noqa: E402

application: WSGIApplication = WholeBodies(Front(GatedApplication(django)))
if settings.ONE_THREAD_LEADS:
    application = Led(application)
warm()
