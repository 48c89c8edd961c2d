"""Refuse a text that its column cannot hold, with a message at its field, on every database.

SQLite stores a text of any length; PostgreSQL answers with an error that names no field. Forms ask
first. This asks everybody else: importers, commands, and code that makes a text longer after its form
was checked.
"""

from collections.abc import Collection
from functools import cache
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.signals import pre_save
from django.utils.translation import gettext_lazy as _
from wagtail.contrib.redirects.models import Redirect

TOO_LONG = _("“%(field)s” may have at most %(longest)d characters; this has %(length)d.")
HAS_NUL = _("“%(field)s” must not contain the character NUL.")


def connect() -> None:
    """Check every model, ours and those of libraries, before it is written."""
    pre_save.connect(_about_to_save, dispatch_uid="content.lengths")
    # Redirects are checked once more in the form in which they are stored: cleaning adds a slash.
    old_path: Any = Redirect._meta.get_field("old_path")
    old_path.validators.append(validate_old_path)


def refuse_too_long(instance: models.Model, *, only: Collection[str] | None = None) -> None:
    """Do nothing when every text of an instance fits into its column.

    Shape: `only` are the names of the fields that are going to be written, None for all.
    Raises: ValidationError with one message per field.
    """
    errors: dict[str, ValidationError] = {}
    for field in _text_fields(type(instance)):
        # What was deferred is not written either.
        value = instance.__dict__.get(field.attname)
        if not isinstance(value, str) or (only is not None and field.name not in only):
            continue
        named = {"field": field.verbose_name}
        if field.max_length is not None and len(value) > field.max_length:
            counts = {"longest": field.max_length, "length": len(value)}
            errors[field.name] = ValidationError(TOO_LONG, "max_length", {**named, **counts})
        elif "\x00" in value:
            errors[field.name] = ValidationError(HAS_NUL, "null_characters_not_allowed", named)
    if errors:
        raise ValidationError(errors)


def validate_old_path(path: str) -> None:
    """Refuse a path that is too long once it is written as redirects are.

    Raises: ValidationError.
    """
    field: Any = Redirect._meta.get_field("old_path")
    length = len(Redirect.normalise_path(path))
    if len(path) <= field.max_length < length:
        named = {"field": field.verbose_name, "longest": field.max_length, "length": length}
        raise ValidationError(TOO_LONG, "max_length", named)


@cache
def _text_fields(model: type[models.Model]) -> tuple[Any, ...]:
    texts = (models.CharField, models.TextField)
    return tuple(field for field in model._meta.concrete_fields if isinstance(field, texts))


def _about_to_save(
    sender: type[models.Model],
    instance: models.Model,
    raw: bool = False,
    update_fields: Collection[str] | None = None,
    **_kwargs: Any,
) -> None:
    if not raw:
        refuse_too_long(instance, only=update_fields)
