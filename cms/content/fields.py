"""Hold several choices of a closed list in one column."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _


class ChoiceListField(models.JSONField):
    """Store a list of codes; the form shows one checkbox per option.

    Shape: a list of codes in the order of `options`, without repetition. The options are no part of
           the column, so changing them needs no migration.
    """

    def __init__(self, *args: Any, options: Sequence[tuple[str, Any]] = (), **kwargs: Any) -> None:
        self.options = [(code, label) for code, label in options]
        super().__init__(*args, **kwargs)

    def validate(self, value: Any, model_instance: models.Model | None) -> None:
        """Refuse anything that is not a list of known codes."""
        super().validate(value, model_instance)
        known = {code for code, _label in self.options}
        if not isinstance(value, list) or any(item not in known for item in value):
            raise ValidationError(_("Choose from the list."), code="invalid_choice")

    def clean(self, value: Any, model_instance: models.Model | None) -> Any:
        """Return the codes in the order of the options, each once."""
        cleaned = super().clean(value, model_instance)
        return [code for code, _label in self.options if code in cleaned]

    def formfield(self, *args: Any, **kwargs: Any) -> Any:
        """Return a field of checkboxes."""
        return forms.MultipleChoiceField(
            choices=self.options,
            required=not self.blank,
            label=capfirst(self.verbose_name),
            help_text=self.help_text,
            initial=self.get_default(),
            widget=kwargs.get("widget") or forms.CheckboxSelectMultiple,
        )
