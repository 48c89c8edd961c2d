"""Keep spreadsheets from running what somebody typed into a field that is exported as CSV."""

from typing import Any

from django.utils.encoding import force_str
from wagtail.admin.views.mixins import SpreadsheetExportMixin

# Source: OWASP, CSV Injection. Some spreadsheets take the wide forms for the narrow ones.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def escape_cell(value: Any) -> Any:
    """Return a value of a CSV file; a text that a spreadsheet takes for a formula gets an apostrophe."""
    # A number below zero is no formula.
    if isinstance(value, int | float):
        return value
    text = force_str(value, strings_only=True)
    return f"'{text}" if isinstance(text, str) and text.startswith(FORMULA_STARTS) else text


def connect() -> None:
    """Escape the cells of every CSV file of the admin, those of Wagtail's own views too.

    Source: Wagtail marks formulas as text in XLSX and has no hook for CSV; remove this when it has one.
    """
    SpreadsheetExportMixin.write_csv_row = _write_csv_row


def _write_csv_row(view: Any, writer: Any, row: dict[str, Any]) -> Any:
    return writer.writerow(
        {
            field: escape_cell(view.preprocess_field_value(field, value, view.FORMAT_CSV))
            for field, value in row.items()
        }
    )
