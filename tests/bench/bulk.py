"""Write many pages at once, which Wagtail itself cannot.

The page tree and the rows are as Wagtail would have made them; the reference index and the search index
are left out, since nothing that is measured reads them.
"""

import uuid
from collections.abc import Sequence
from typing import Any

from django.contrib.contenttypes.models import ContentType
from wagtail.models import Page

BATCH = 50
NAMESPACE = uuid.UUID("3f3f6c1e-57c0-4f43-8f6e-8c0f0a9b7d00")


def add_pages(parent: Page, pages: Sequence[Any]) -> None:
    """Write pages of one type below a parent, behind the children that it has.

    Shape: each page gets its primary key; child rows and many-to-many relations are not written.
    """
    model = type(pages[0])
    parent = Page.objects.get(pk=parent.pk)
    content_type = ContentType.objects.get_for_model(model)
    first_pk = Page.objects.order_by("-pk").values_list("pk", flat=True)[0] + 1
    for number, page in enumerate(pages):
        page.pk = page.page_ptr_id = page.id = first_pk + number
        page.path = Page._get_path(parent.path, parent.depth + 1, parent.numchild + 1 + number)
        page.depth, page.numchild = parent.depth + 1, 0
        page.url_path = f"{parent.url_path}{page.slug}/"
        page.locale_id, page.content_type = parent.locale_id, content_type
        page.translation_key = uuid.uuid5(NAMESPACE, page.url_path)
        page.draft_title, page.live = page.title, True
    for start in range(0, len(pages), BATCH):
        part = pages[start : start + BATCH]
        for level in (Page, model):
            _insert(level, part)
    Page.objects.filter(pk=parent.pk).update(numchild=parent.numchild + len(pages))
    _after_explicit_keys()


def _insert(model: type[Any], rows: Sequence[Any]) -> None:
    # Django has no public name for writing one table of a model that has two.
    model._base_manager._insert(
        rows, fields=model._meta.local_concrete_fields, using="default", raw=True
    )


def _after_explicit_keys() -> None:
    """Let PostgreSQL number the next page behind those whose keys we chose."""
    from django.core.management.color import no_style
    from django.db import connection

    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), [Page]):
            cursor.execute(statement)
