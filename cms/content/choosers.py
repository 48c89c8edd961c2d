"""Let editors tell things apart where they choose one."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column
from wagtail.snippets.views.chooser import (
    ChooseResultsView,
    ChooseView,
    SnippetChooserViewSet,
)


class _WithVocabulary:
    @property
    def columns(self) -> list[Any]:
        """Return the columns with the vocabulary after the name: several have a term “Other”."""
        name, *rest = super().columns  # type: ignore[misc]
        return [name, Column("get_scheme_display", label=_("Vocabulary")), *rest]


class TermChooseView(_WithVocabulary, ChooseView):
    """Open the list of terms."""


class TermChooseResultsView(_WithVocabulary, ChooseResultsView):
    """Turn its pages and search in it."""


class TermChooserViewSet(SnippetChooserViewSet):
    """Choose a term."""

    choose_view_class = TermChooseView
    choose_results_view_class = TermChooseResultsView
