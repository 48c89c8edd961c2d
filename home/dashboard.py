"""Greet editors with their cluster: how complete it is, and what they may write next."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.urls import reverse
from wagtail.admin.ui.components import Component
from wagtail.models import Page, Site

from home.models import ClusterPage


class ClusterSummary(Component):
    """Show each cluster that a person may edit, with short cuts to writing."""

    name = "clusters"
    template_name = "home/panels/dashboard.html"
    order = 50

    def __init__(self, user: Any) -> None:
        self.user = user

    def get_context_data(self, parent_context: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Return the clusters with their scores and the pages that may be added."""
        roots = Site.objects.order_by("-is_default_site", "pk").values("root_page")
        clusters = ClusterPage.objects.filter(pk__in=roots)
        return {
            "clusters": [
                {
                    "page": cluster,
                    "score": cluster.get_latest_revision_as_object().completeness.score,
                    "additions": list(self._additions(cluster)),
                }
                for cluster in clusters
                if cluster.permissions_for_user(self.user).can_edit()
            ]
        }

    def _additions(self, cluster: ClusterPage) -> Iterator[tuple[str, str]]:
        sections: Any = Page.objects.child_of(cluster).specific()
        for section in sections:
            models = section.creatable_subpage_models()
            # A section holds pages of one kind, other than its own.
            if len(models) != 1 or isinstance(section, models[0]):
                continue
            if section.permissions_for_user(self.user).can_add_subpage():
                place = [models[0]._meta.app_label, models[0]._meta.model_name, section.pk]
                yield models[0].get_verbose_name(), reverse("wagtailadmin_pages:add", args=place)
