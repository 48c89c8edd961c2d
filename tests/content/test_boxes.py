"""Boxes to tick."""

from django import forms

from cms.content.boxes import boxes


def test_choices_are_boxes_in_a_frame() -> None:
    field = forms.MultipleChoiceField(choices=[("A", "First")], widget=boxes())

    html = field.widget.render("letters", ["A"])

    assert html.count('type="checkbox"') == 1
    assert '<div class="boxes">' in html
    assert "checked" in html


def test_an_empty_list_says_where_choices_come_from() -> None:
    html = forms.MultipleChoiceField(choices=[], widget=boxes()).widget.render("letters", [])

    assert "checkbox" not in html
    assert "Add it under “Vocabulary” in the sidebar." in html
