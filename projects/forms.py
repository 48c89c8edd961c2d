"""Check what only the whole form of a project can tell."""

from typing import Any

from cms.content.publication import ContentPageForm


class ProjectPageForm(ContentPageForm):
    """Edit a project."""

    def clean(self) -> Any:
        """Refuse a second coordinator and a partner named twice, at the row itself; not in a draft."""
        cleaned = super().clean()
        if self.is_deferred_validation:
            return cleaned
        organisations = set()
        coordinators = 0
        for row in self._partner_rows():
            organisation = row.cleaned_data.get("organisation")
            if organisation in organisations:
                self._refuse(row, "organisation", "This organisation is a partner already.")
            organisations.add(organisation)
            coordinators += row.cleaned_data.get("role") == "COORDINATOR"
            if coordinators > 1 and row.cleaned_data.get("role") == "COORDINATOR":
                self._refuse(row, "role", "A project has one coordinator: choose another role.")
        return cleaned

    def _partner_rows(self) -> list[Any]:
        formset = self.formsets.get("partners")
        rows = formset.forms if formset else []
        return [row for row in rows if row.is_valid() and not row.cleaned_data.get("DELETE")]

    def _refuse(self, row: Any, field: str, message: str) -> None:
        row.add_error(field, message)
        self.add_error(None, f"Partners: {message}")
