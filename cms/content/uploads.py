"""Take in pictures from the admin."""

from functools import partial
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from wagtail.images.fields import WagtailImageField
from wagtail.images.forms import BaseImageForm

NOT_WHOLE = _("This picture cannot be read to its end. It may have been cut off on its way here.")


class WholePictureField(WagtailImageField):
    """Refuse what begins like a picture and does not end like one: no file can be made of it.

    Wagtail unpacks the picture to count its pixels and lets the decoder's error through.
    """

    def to_python(self, data: Any) -> Any:
        """Return the picture.

        Raises: ValidationError.
        """
        try:
            return super().to_python(data)
        except ValidationError:
            raise
        except Exception as error:  # Decoders raise whatever they stumble upon.
            raise ValidationError(NOT_WHOLE) from error


class ImageForm(BaseImageForm):
    """Save a picture; a replaced file goes once the change is safe.

    Wagtail's own form deletes the old file before the commit, and after saving also every
    rendition: by then those of the new file have been made.
    """

    original_file: Any

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields.get("file")
        if field is not None:
            self.fields["file"] = WholePictureField(
                required=field.required, label=field.label, widget=field.widget
            )

    def save(self, commit: bool = True) -> Any:
        """Write the picture and, after the commit, delete the file it no longer uses."""
        replaced = self.original_file if "file" in self.changed_data else None
        self.original_file = None
        image = super().save(commit=commit)
        if commit and replaced:
            transaction.on_commit(partial(replaced.storage.delete, replaced.name))
        return image
