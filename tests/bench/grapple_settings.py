"""Settings of the process in which plain grapple answers: the same site, grapple's own interfaces."""

from tests.bench.settings import *  # noqa: F403 - settings build on settings

GRAPPLE = {
    **GRAPPLE,  # noqa: F405
    "PAGE_INTERFACE": "grapple.types.interfaces.PageInterface",
    "SNIPPET_INTERFACE": "grapple.types.interfaces.SnippetInterface",
}
GRAPHENE = {"SCHEMA": "grapple.schema.schema"}
ROOT_URLCONF = "tests.bench.grapple_urls"
# The admin has no address there, which a middleware asks for at every POST.
ADMIN_PATH = "/admin/"
