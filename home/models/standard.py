"""Offer a page for everything that is neither news nor a project."""

from dataclasses import replace

import graphene
from django.db import models
from grapple.types.interfaces import StreamFieldInterface
from wagtail.fields import StreamField

from cms.content.blocks import BodyBlock
from cms.content.models import BasePage
from cms.publishing import exposure
from cms.publishing.protocols import Columns
from home.panels import STANDARD_PANELS


class StandardPage(BasePage):
    """Hold free text, for instance how to join or how to reach the cluster."""

    parent_page_types = ["home.ClusterPage", "home.StandardPage"]
    subpage_types = ["home.StandardPage"]

    introduction = models.TextField(
        blank=True, help_text="One or two sentences above the text, also used in lists."
    )
    body = StreamField(BodyBlock(), blank=True)

    content_panels = STANDARD_PANELS

    graphql_description = "A page of free text."
    graphql_fields = [
        *BasePage.graphql_fields,
        exposure.value("introduction", graphene.String, "Text above the body.", required=True),
        exposure.values("body", StreamFieldInterface, "The text of the page, block by block."),
    ]

    class Meta:
        verbose_name = "standard page"

    def published_columns(self) -> Columns:
        """Return what lists and search need, with the introduction as summary."""
        return replace(super().published_columns(), summary=self.introduction)

    def search_text(self) -> str:
        """Return every word a reader sees, introduction included."""
        return f"{super().search_text()} {self.introduction}".strip()
