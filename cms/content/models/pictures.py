"""Hold the file of a picture without opening it in this process."""

from typing import Any

from wagtail.images.models import WagtailImageField, WagtailImageFieldFile

from cms.content.media.process import describe
from cms.content.models.files import StoredFile


class PictureFile(StoredFile, WagtailImageFieldFile):
    """Be such a file."""

    def get_image_dimensions(self) -> tuple[int, int]:
        """Return width and height, from the child process unless it was asked before.

        Raises: PictureUnreadable.
        """
        was_closed = self.closed
        self.open()
        content: Any = self.file
        try:
            if getattr(content, "dimensions", None) is None:
                description = describe(content)
                # Django asks again when it stores what it was given.
                content.dimensions = (description.width, description.height)
        finally:
            if was_closed:
                self.close()
        width, height = content.dimensions
        return width, height


class MeasuredOnce:
    """Know the dimensions of a file that was loaded, instead of asking for them on each assignment.

    A form assigns the file that a row has already, and Django measures whatever is assigned. Stands
    before the model in the list of bases.
    """

    @classmethod
    def from_db(cls, *args: Any, **kwargs: Any) -> Any:
        """Return the instance of a row."""
        instance = super().from_db(*args, **kwargs)  # type: ignore[misc]
        if {"file", "width", "height"} <= instance.__dict__.keys():
            instance.file._dimensions_cache = (instance.width, instance.height)
        return instance


class PictureFileField(WagtailImageField):
    """Hold such a file in a model, and its dimensions beside it."""

    attr_class = PictureFile
