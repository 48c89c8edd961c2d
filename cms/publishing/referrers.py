"""Find whose rows change without a signal when something they point at is deleted.

The database empties a foreign key (`SET_NULL`) and drops the rows of a many-to-many relation; Django
sends no signal for either.
"""

from collections.abc import Iterator
from functools import cache
from typing import Any

from django.db.models import SET_NULL, Model

from cms.publishing import kinds
from cms.publishing.fingerprint import parental_key


def referrers(instance: Model) -> Iterator[str]:
    """Yield the keys of the things whose rows lose their pointer to an instance."""
    for model, condition, column in _pointers(type(instance)):
        rows = model._base_manager.filter(**{condition: instance.pk}).order_by()
        kind = kinds.kind_of(model) or kinds.kind_of(model._meta.get_field(column).related_model)
        for pk in rows.values_list("pk" if kinds.kind_of(model) else f"{column}_id", flat=True):
            yield f"{kind}:{pk}"


@cache
def _pointers(model: type[Model]) -> tuple[tuple[Any, str, str], ...]:
    """Return (model, look-up, name of its parental key) for each silent pointer at a model."""
    found: list[tuple[Any, str, str]] = []
    for relation in model._meta.get_fields(include_hidden=True):
        field: Any = getattr(relation, "field", None)
        if field is None or not relation.auto_created or relation.concrete:
            continue
        is_silent = field.many_to_many or getattr(relation, "on_delete", None) is SET_NULL
        parent = parental_key(field.model)
        if is_silent and (kinds.kind_of(field.model) or parent):
            found.append((field.model, field.name, parent.name if parent else ""))
    return tuple(found)
