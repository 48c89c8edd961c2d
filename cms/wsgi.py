"""The door for a WSGI server; production settings unless told otherwise."""

import os

from django.core.wsgi import get_wsgi_application

from cms.api.front import Front

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cms.settings.production")

application = Front(get_wsgi_application())
