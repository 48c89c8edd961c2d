"""Look into a picture that a form brings, in the child process."""

from types import SimpleNamespace
from typing import Any

from django import forms
from wagtail.images.fields import ImageFileExtensionValidator, WagtailImageField

from cms.content.media.process import Description, describe


class WholePictureField(WagtailImageField):
    """Look into a picture in the child process, to its end.

    Wagtail's own field unpacks it in the web process, and so does Django's.
    """

    def to_python(self, data: Any) -> Any:
        """Return the picture, which remembers its dimensions.

        Raises: ValidationError for what is too large, cut off, or not what its name says.
        """
        file = forms.FileField.to_python(self, data)
        if file is None:
            return None
        self.check_image_file_size(file)
        ImageFileExtensionValidator(file)
        description = describe(file)
        name = description.format.lower()
        # Where Wagtail's check of the ending looks for Willow's picture.
        file.image = SimpleNamespace(format_name=name)  # type: ignore[attr-defined]
        self.check_image_file_format(file)
        file.content_type = f"image/{name}"  # type: ignore[attr-defined]
        file.dimensions = _dimensions(description)  # type: ignore[attr-defined]
        return file


def _dimensions(description: Description) -> tuple[int, int]:
    return description.width, description.height
