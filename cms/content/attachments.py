"""Attach documents to a page, in the editor's order."""

from django.db import models
from wagtail.admin.panels import FieldPanel
from wagtail.models import Orderable

from cms.content.sources import RowReferences


class AttachedDocument(Orderable):
    """Hold one document of a page; a page type adds the `page` it belongs to."""

    document = models.ForeignKey("content.Document", on_delete=models.CASCADE, related_name="+")

    panels = [FieldPanel("document")]

    class Meta(Orderable.Meta):
        abstract = True
        verbose_name = "document"


def document_references() -> RowReferences:
    """Return the source of a page's `documents` field, which reads its rows of the same name."""
    return RowReferences("documents", "document", "document")
