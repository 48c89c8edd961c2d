"""Hold the documents that editors upload."""

import hashlib
import uuid
from typing import Any, ClassVar

import graphene
from django.db import models
from django.utils.translation import gettext_lazy as _
from taggit.managers import TaggableManager
from wagtail.documents.models import AbstractDocument

from cms.content.models.files import (
    StoredFileField,
    delete_replaced,
    is_stored,
    uploaded_name_column,
    uploader,
)
from cms.content.sources import StatedText
from cms.publishing import exposure
from cms.publishing.protocols import Columns, WithdrawalReason, public_id
from cms.publishing.scopes import transaction
from cms.publishing.together import PublishedTogether
from cms.storage import own_name


def document_upload_to(document: "Document", filename: str) -> str:
    """Return the name of a document's file in the storage: the document's uuid, and a mark.

    A new document has no primary key before it is saved, but it has its uuid.
    """
    return own_name("documents", label=document.uuid.hex, uploaded=filename)


class DocumentLanguage(models.TextChoices):
    """The languages documents are written in."""

    EN = "en", _("English")
    BG = "bg", _("Bulgarian")
    DE = "de", _("German")
    FR = "fr", _("French")
    RO = "ro", _("Romanian")
    EL = "el", _("Greek")
    MULTIPLE = "mul", _("Several languages")


class Document(PublishedTogether, AbstractDocument):
    """A file to download."""

    published_kind: ClassVar[str] = "document"
    published_conditions: ClassVar[dict[str, WithdrawalReason]] = {}
    graphql_description = "A file to download."

    file: Any = StoredFileField(_("file"), upload_to=document_upload_to)
    uploaded_name = uploaded_name_column()
    uploaded_by_user = uploader()
    tags = TaggableManager(
        verbose_name=_("tags"), blank=True, help_text=None, related_name="content_documents"
    )
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    language = models.CharField(
        _("language"), max_length=3, blank=True, choices=DocumentLanguage.choices
    )
    keep_public = models.BooleanField(
        _("keep public"),
        default=False,
        db_default=False,
        help_text=_(
            "Readers can download it even while no public page refers to it: a statute that only a"
            " newsletter links to, for instance. A private collection still hides it."
        ),
    )
    checksum = models.CharField(_("SHA-256"), max_length=64, blank=True, editable=False)

    admin_form_fields = ("title", "file", "language", "collection", "tags", "keep_public")

    graphql_fields = [
        exposure.value(
            "id", graphene.ID, "Opaque, global and stable id.", required=True, source="public_id"
        ),
        exposure.value("title", graphene.String, "The document's title.", required=True),
        exposure.value(
            "language",
            graphene.String,
            "ISO 639 code of its language, `mul` for several.",
            source="stated_language",
        ),
        exposure.value(
            "file_extension",
            graphene.String,
            "What the file's name ends in, without the dot, for instance pdf.",
            required=True,
            source="lower_file_extension",
        ),
        exposure.value(
            "size_bytes",
            graphene.Int,
            "Size of the file in bytes.",
            required=True,
            source="file_size",
        ),
        exposure.value(
            "checksum", graphene.String, "SHA-256 of the file, in hexadecimal.", required=True
        ),
        exposure.stored(
            "file_name", "Where the storage keeps the file.", source="stored_file_name"
        ),
        exposure.stored("uploaded_name", "What the uploader called the file."),
    ]

    stated_language = StatedText("language")

    class Meta(AbstractDocument.Meta):
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        permissions = [("choose_document", "Can choose document")]

    @property
    def public_id(self) -> str:
        """Return the id by which clients know this document."""
        return public_id(self.published_kind, self.uuid)

    @property
    def filename(self) -> str:
        """Return what the uploader called the file, as far as is known."""
        return self.uploaded_name or str(super().filename)

    @property
    def lower_file_extension(self) -> str:
        """Return the extension as readers expect it."""
        return str(self.file_extension).lower()

    @property
    def stored_file_name(self) -> str:
        """Return the name under which the storage keeps the file."""
        return str(self.file.name)

    def published_columns(self) -> Columns:
        """Return what lists need to know."""
        return Columns(title=self.title, search_text=self.title)

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write the row; a new file is measured first, whoever brings it."""
        with transaction():
            self._write(*args, **kwargs)

    def _write(self, *args: Any, **kwargs: Any) -> None:
        if self.file and not is_stored(self.file):
            self._set_document_file_metadata()
            if not self._state.adding:
                delete_replaced(self)
        elif self.file and not self.checksum:
            # It was stored before the row, by `file.save()`.
            self._set_document_file_metadata()
            self.file.close()
        super().save(*args, **kwargs)

    def _set_document_file_metadata(self) -> None:
        super()._set_document_file_metadata()
        digest = hashlib.sha256()
        for chunk in self.file.chunks():
            digest.update(chunk)
        self.checksum = digest.hexdigest()
        self.file.seek(0)
