"""Offer a closed list as boxes to tick."""

from typing import Any

from django.forms import CheckboxSelectMultiple


def boxes(**attrs: Any) -> CheckboxSelectMultiple:
    """Return a widget whose boxes stand in columns, or that says where choices come from."""
    # No class of its own: Wagtail styles fields by the name of their widget's class.
    widget = CheckboxSelectMultiple(attrs=attrs)
    widget.template_name = "content/boxes.html"
    return widget
