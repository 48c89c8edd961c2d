"""The map of HTTP. There is no route that serves pages: the frontends do that."""

from django.urls import URLPattern, URLResolver, include, path
from wagtail.admin import urls as admin_urls
from wagtail.admin.auth import require_admin_access
from wagtail.documents import urls as document_urls
from wagtail.utils.urlpatterns import decorate_urlpatterns

from cms import health, start
from cms.api.view import graphiql_view, graphql_view, schema_view
from cms.content.admin_files import protect_document
from cms.metrics import metrics
from cms.publishing import files, takedown_views

# Wagtail's route to documents knows private collections but not what is published, so it is for
# people who may use the admin. Strangers get files under their published address only.
documents_for_editors = decorate_urlpatterns(
    decorate_urlpatterns(document_urls.urlpatterns, protect_document), require_admin_access
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("", start.page, name="start"),
    path("admin/", include(takedown_views.urlpatterns())),
    path("admin/", include(admin_urls)),
    path("documents/", include(documents_for_editors)),
    path("files/<str:public_id>/<str:mark>/<str:name>", files.serve, name="file"),
    path("graphql", graphql_view, name="graphql"),
    path("graphql/schema.graphql", schema_view, name="graphql-schema"),
    path("graphiql", graphiql_view, name="graphiql"),
    path("", include("cms.syndication.urls")),
    path("healthz", health.live, name="live"),
    path("readyz", health.ready, name="ready"),
    path("metrics", metrics, name="metrics"),
]
