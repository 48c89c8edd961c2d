"""Take in pictures from the admin."""

from functools import partial
from typing import Any

from django.db import transaction
from wagtail.images.forms import BaseImageForm


class ImageForm(BaseImageForm):
    """Save a picture; a replaced file goes once the change is safe.

    Wagtail's own form deletes the old file before the commit, and after saving also every
    rendition: by then those of the new file have been made.
    """

    original_file: Any

    def save(self, commit: bool = True) -> Any:
        """Write the picture and, after the commit, delete the file it no longer uses."""
        replaced = self.original_file if "file" in self.changed_data else None
        self.original_file = None
        image = super().save(commit=commit)
        if commit and replaced:
            transaction.on_commit(partial(replaced.storage.delete, replaced.name))
        return image
