"""Save a draft whatever its values contradict: validation for drafts, and rows that are not complete.

Wagtail defers required fields while a draft is saved. Here the checks that compare values are deferred
as well, on the form and on its inline rows. What cannot be stored is still refused: a value that cannot
be read, is too long, or breaks a unique key.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, FieldDoesNotExist, ValidationError
from django.core.validators import MaxLengthValidator, ProhibitNullCharactersValidator
from django.db import models
from django.db.backends.base.operations import BaseDatabaseOperations
from modelcluster.models import get_all_child_relations
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import InlinePanel
from wagtail.admin.panels.base import get_form_for_model

# The database has only one of each, whether or not they are public.
UNIQUE_FIELDS = frozenset({"slug"})
# Codes of errors about values that were read. Errors of `clean()` methods have no code.
DEFERRED_CODES = frozenset({None, "invalid", "min_value", "max_value", "no_such_time"})
STORAGE_VALIDATORS = (MaxLengthValidator, ProhibitNullCharactersValidator)


class DraftForm(forms.BaseForm):
    """Leave out errors about readable values while a draft is saved. Stands before a Wagtail form."""

    is_deferred_validation: bool

    def defer_required_fields(self) -> None:
        """Defer what only publishing needs, the format of texts included."""
        if not self.is_deferred_validation:
            self._validators = {name: field.validators for name, field in self._texts()}
            for _name, field in self._texts():
                field.validators = [*filter(_is_about_storage, field.validators)]
        super().defer_required_fields()  # type: ignore[misc]

    def restore_required_fields(self) -> None:
        """Check everything again."""
        if self.is_deferred_validation:
            for name, validators in self._validators.items():
                self.fields[name].validators = validators
        super().restore_required_fields()  # type: ignore[misc]

    def add_error(self, field: str | None, error: Any) -> None:
        """Add an error, unless it is deferred; the value stays as it was typed."""
        if not self.is_deferred_validation:
            super().add_error(field, error)
            return
        error = error if isinstance(error, ValidationError) else ValidationError(error)
        has_fields = hasattr(error, "error_dict")
        named = error.error_dict if has_fields else {field or NON_FIELD_ERRORS: error.error_list}
        for name, errors in named.items():
            kept = [one for one in errors if not self._is_deferred(name, one)]
            if kept:
                super().add_error(None if name == NON_FIELD_ERRORS else name, kept)

    def _texts(self) -> list[tuple[str, forms.Field]]:
        return [
            (name, field)
            for name, field in self.fields.items()
            if isinstance(field, forms.CharField) and name not in UNIQUE_FIELDS
        ]

    def _is_deferred(self, name: str, error: ValidationError) -> bool:
        is_read = name in self.cleaned_data and name not in UNIQUE_FIELDS
        return is_read and error.code in DEFERRED_CODES and self._is_storable(name)

    def _is_storable(self, name: str) -> bool:
        """Say whether the database can hold a number; everything else that was read is storable."""
        try:
            column: Any = self.instance._meta.get_field(name)  # type: ignore[attr-defined]
        except FieldDoesNotExist:
            return True
        value = self.cleaned_data[name]
        if not isinstance(column, models.IntegerField) or value is None:
            return True
        # SQLite itself would hold any number.
        ranges = BaseDatabaseOperations.integer_field_ranges
        least, most = ranges[column.get_internal_type()]
        return bool(least <= value <= most)


def _is_about_storage(validator: Any) -> bool:
    return isinstance(validator, STORAGE_VALIDATORS)


class DraftRowForm(DraftForm, WagtailAdminModelForm):
    """Edit one inline row of something that has drafts."""


class RowsPanel(InlinePanel):
    """Edit rows; a draft may hold rows that miss what publishing needs."""

    def get_form_options(self) -> dict[str, Any]:
        """Return Wagtail's options with a form of ours that requires no field of a draft."""
        options: dict[str, Any] = super().get_form_options()
        rows = options["formsets"][self.relation_name]
        rows["form"] = get_form_for_model(
            self.db_field.related_model,
            form_class=DraftRowForm,
            defer_required_on_fields=rows["fields"],
        )
        return options


def row_relations(model: type[models.Model]) -> Iterator[tuple[str, Any]]:
    """Yield the name and the relation of each kind of inline rows, Wagtail's comments left out."""
    for relation in get_all_child_relations(model):
        if relation.related_model._meta.app_label != "wagtailcore":
            yield relation.get_accessor_name(), relation


def missing_references(row: models.Model, *, parent: str) -> list[str]:
    """Return the names of the required foreign keys that a row does not have."""
    return [
        column.name
        for column in row._meta.concrete_fields
        if column.many_to_one
        and not column.null
        and column.name != parent
        and getattr(row, column.attname) is None
    ]


def without_lost_references(model: type[models.Model], data: dict[str, Any]) -> dict[str, Any]:
    """Return a revision's data with the references emptied whose targets were deleted since.

    Only those that the database would have protected: modelcluster reads a revision with one of them
    not at all.
    """
    found = dict(data)
    for name, relation in row_relations(model):
        rows = found.get(name) or []
        for column in relation.related_model._meta.concrete_fields:
            if not (column.many_to_one and column.remote_field.on_delete is models.PROTECT):
                continue
            named = {row[column.name] for row in rows if row.get(column.name) is not None}
            targets = column.remote_field.model._default_manager.filter(pk__in=named)
            lost = named - set(targets.values_list("pk", flat=True)) if named else set()
            if lost:
                rows = [
                    {**row, column.name: None} if row.get(column.name) in lost else row
                    for row in rows
                ]
        if name in found:
            found[name] = rows
    return found


@contextmanager
def incomplete_rows_set_aside(instance: Any) -> Iterator[None]:
    """Save a draft without the rows that the database refuses; its revision gets them all the same."""
    aside: dict[str, list[Any]] = {}
    held = getattr(instance, "_cluster_related_objects", None) or {}
    for name, relation in row_relations(type(instance)):
        parent = relation.field.name
        rows = [row for row in held.get(name, ()) if missing_references(row, parent=parent)]
        if rows:
            aside[name] = rows
            getattr(instance, name).set([row for row in held[name] if row not in rows])
    yield
    for name, rows in aside.items():
        getattr(instance, name).add(*rows)
