"""Share what pictures and documents have in common: an uploader, and a file."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


def uploader() -> Any:
    """Return the column that says who uploaded a file."""
    # Wagtail's own Image and Document are models too, and their reverse names are the same as ours.
    field: Any = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("uploaded by"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    field.wagtail_reference_index_ignore = True
    return field


def is_stored(file: Any) -> bool:
    """Tell whether a file is in the storage already, or only assigned."""
    # Django has no public name for this.
    return bool(getattr(file, "_committed", True))
