"""Find files in the storage that no row names: a process ended between storing one and its commit."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.core.files.storage import default_storage
from django.db import models
from django.utils import timezone

# An upload that is going on has stored its file and not committed its row yet.
YOUNGEST = dt.timedelta(days=1)
# Where models of ours and of Wagtail store files. Nothing else in the storage is looked at.
FOLDERS = ("avatar_images", "documents", "images", "original_images", "wagtail_uploads")


def unused_files(*, youngest: dt.timedelta = YOUNGEST) -> Iterator[str]:
    """Yield the names of the files that no row names, unless they are younger than that."""
    limit = timezone.now() - youngest
    for folder in FOLDERS:
        names = sorted(_stored(folder))
        for name in names:
            if default_storage.get_modified_time(name) <= limit and not _is_named(name):
                yield name


def _stored(folder: str) -> Iterator[str]:
    try:
        folders, names = default_storage.listdir(folder)
    except FileNotFoundError:
        return
    yield from (f"{folder}/{name}" for name in names)
    for below in folders:
        yield from _stored(f"{folder}/{below}")


def _is_named(name: str) -> bool:
    return any(
        model._default_manager.filter(**{field.name: name}).exists()
        for model, field in _file_fields()
    )


def _file_fields() -> Iterator[tuple[Any, models.FileField]]:
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, models.FileField) and not model._meta.proxy:
                yield model, field
