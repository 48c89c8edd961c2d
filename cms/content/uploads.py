"""Take in pictures and documents from the admin."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponseBase
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from taggit.models import Tag
from wagtail.documents.forms import BaseDocumentForm
from wagtail.images.forms import BaseImageForm

from cms.content.media.form_field import WholePictureField

# Of the 100 characters of a slug, some are left for the number.
TAG_LENGTH = 90


class WithShortTags:
    """Refuse tags that have no room for the number with which taggit tells equal slugs apart."""

    def clean_tags(self) -> Any:
        """Return the tags.

        Raises: ValidationError naming those that are too long.
        """
        tags = super().clean_tags()  # type: ignore[misc]
        long = {tag for tag in tags if len(tag) > TAG_LENGTH}
        # Those from before stay as they are.
        long -= set(Tag.objects.filter(name__in=long).values_list("name", flat=True))
        if long:
            raise ValidationError(
                _("A tag may have at most %(longest)d characters: %(tags)s")
                % {"longest": TAG_LENGTH, "tags": ", ".join(sorted(long))}
            )
        return tags


class ImageForm(WithShortTags, BaseImageForm):
    """Save a picture.

    Wagtail's own form deletes the replaced file before the commit, and after saving also every
    rendition: by then those of the new file have been made. Here the model does it.
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
        """Write the picture."""
        self.original_file = None
        return super().save(commit=commit)


class DocumentForm(WithShortTags, BaseDocumentForm):
    """Save a document, whose model deletes a replaced file once the change is safe."""

    original_file: Any

    def save(self, commit: bool = True) -> Any:
        """Write the document."""
        self.original_file = None
        return super().save(commit=commit)


def urlpatterns() -> list[URLPattern]:
    """Return the routes that take the place of Wagtail's own below the admin's address."""
    return [
        path("images/multiple/add/", add_images),
        path("documents/multiple/add/", add_documents),
    ]


def add_images(request: HttpRequest) -> HttpResponseBase:
    """Take in pictures dropped on the page."""
    from wagtail.images.views.multiple import AddView

    return _refusing(AddView).as_view()(request)


def add_documents(request: HttpRequest) -> HttpResponseBase:
    """Take in documents dropped on the page."""
    from wagtail.documents.views.multiple import AddView

    return _refusing(AddView).as_view()(request)


def _refusing(view: Any) -> Any:
    """Return a view of Wagtail's that stores nothing of an upload with a mistake.

    Wagtail keeps the file aside, and it stays there for good when nobody corrects the mistake.
    """

    class Refusing(view):
        def get_upload_form_class(self) -> Any:
            return _said_of_the_file(super().get_upload_form_class())

    return Refusing


def _said_of_the_file(form_class: Any) -> Any:
    class SaidOfTheFile(form_class):
        """Say every mistake where the page shows it: beside the file."""

        def full_clean(self) -> None:
            super().full_clean()
            for name, messages in list(self.errors.items()):
                if name != "file":
                    self.add_error("file", [f"{_label(self.fields, name)}{m}" for m in messages])

    return SaidOfTheFile


def _label(fields: Mapping[str, Any], name: str) -> str:
    return f"{fields[name].label}: " if name in fields else ""
