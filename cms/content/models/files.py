"""Share what pictures and documents have in common: an uploader, and a file under a name of ours."""

import unicodedata
from functools import partial
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.db.models.fields.files import FieldFile
from django.utils.translation import gettext_lazy as _

from cms.storage import delete_unless_committed

UPLOADED_NAME_LENGTH = 255


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


def uploaded_name_column() -> Any:
    """Return the column for what the uploader called the file; stands after the file's column.

    Shape: empty for files from before there was this column.
    """
    return models.CharField(
        _("name of the uploaded file"),
        max_length=UPLOADED_NAME_LENGTH,
        blank=True,
        editable=False,
        default="",
        db_default="",
    )


def plain_name(name: str) -> str:
    """Return what an uploader called a file, without path and invisible signs, and not too long."""
    text = unicodedata.normalize("NFC", name.replace("\\", "/").rpartition("/")[2])
    shown = "".join(sign if sign.isprintable() else " " for sign in text)
    plain = " ".join(shown.split())
    stem, dot, ending = plain.rpartition(".")
    if len(plain) <= UPLOADED_NAME_LENGTH:
        return plain
    if not stem or len(ending) > 20:
        return plain[:UPLOADED_NAME_LENGTH]
    return stem[: UPLOADED_NAME_LENGTH - len(ending) - 1] + dot + ending


def is_stored(file: Any) -> bool:
    """Tell whether a file is in the storage already, or only assigned."""
    # Django has no public name for this.
    return bool(getattr(file, "_committed", True))


class StoredFile(FieldFile):
    """Be a file that goes when the change that stored it is undone, and whose uploaded name is kept."""

    def save(self, name: str, content: Any, save: bool = True) -> None:
        """Store the file."""
        if hasattr(self.instance, "uploaded_name"):
            self.instance.uploaded_name = plain_name(name)
        super().save(name, content, save=False)
        delete_unless_committed(self.storage, str(self.name))
        if save:
            self.instance.save()


class StoredFileField(models.FileField):
    """Hold such a file."""

    attr_class = StoredFile


def delete_replaced(instance: Any) -> None:
    """Delete, after the commit, the file that a changed instance no longer uses."""
    rows = type(instance)._default_manager.filter(pk=instance.pk)
    name = rows.values_list("file", flat=True).first()
    if name:
        transaction.on_commit(partial(instance.file.storage.delete, name), robust=True)
