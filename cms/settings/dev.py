"""Settings for a developer's machine: helpful, and safe only there."""

from cms.settings.base import *

DEBUG = True
GRAPHIQL_ENABLED = True
START_PAGE_ENABLED = True
DEMO_LOGIN = "admin"
DEMO_PASSWORD = "admin"
