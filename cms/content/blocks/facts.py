"""Blocks of facts and figures."""

from typing import Any, NamedTuple

import graphene
from django.utils.translation import gettext_lazy as _
from grapple.helpers import register_streamfield_block
from wagtail import blocks
from wagtail.contrib.table_block.blocks import TableBlock as TableInputBlock

from cms.content.blocks.values import Values
from cms.publishing import exposure


class Fact(graphene.ObjectType):
    """One fact of a list."""

    class Meta:
        description = "A fact in a few words."

    label = graphene.String(required=True, description="What the fact is about.")
    value = graphene.String(required=True, description="The fact itself.")
    source = graphene.String(description="Where the fact comes from.")


class FactBlock(blocks.StructBlock):
    """One fact of a list."""

    label = blocks.CharBlock(max_length=120, label=_("About"))
    value = blocks.CharBlock(max_length=300, label=_("Fact"))
    source = blocks.CharBlock(required=False, max_length=300, label=_("Source"))

    class Meta:
        icon = "info-circle"


class FactValue(NamedTuple):
    """One fact of a list."""

    label: str
    value: str
    source: str | None


@register_streamfield_block
class FactListBlock(blocks.StructBlock):
    """Facts at a glance."""

    graphql_description = "Facts at a glance."

    facts = blocks.ListBlock(FactBlock(label=_("Fact")), min_num=1, label=_("Facts"))

    graphql_fields = [
        exposure.values("facts", Fact, "The facts, in order.", source="fact_values"),
    ]

    class Meta:
        icon = "list-ul"
        label = _("List of facts")

    def fact_values(self, info: Any, values: Values) -> list[FactValue]:
        """Return the facts."""
        return [
            FactValue(fact["label"] or "", fact["value"] or "", fact["source"] or None)
            for fact in values["facts"] or []
        ]


@register_streamfield_block
class TableBlock(blocks.StructBlock):
    """Rows and columns."""

    graphql_description = "A table of plain text."

    table = TableInputBlock(
        label=_("Table"),
        help_text=_("Choose the first row as header if it names the columns."),
    )

    graphql_fields = [
        exposure.value("caption", graphene.String, "What the table shows.", source="known_caption"),
        exposure.values(
            "header",
            graphene.String,
            "Names of the columns; empty when the table has none.",
            source="header_cells",
        ),
        exposure.values(
            "rows",
            graphene.List(graphene.NonNull(graphene.String)),
            "The rows below the header, each with the same number of cells.",
            source="row_cells",
        ),
    ]

    class Meta:
        icon = "table"
        label = _("Table")

    def known_caption(self, info: Any, values: Values) -> str | None:
        """Return the caption, or None."""
        return (values["table"] or {}).get("table_caption") or None

    def header_cells(self, info: Any, values: Values) -> list[str]:
        """Return the first row when it is the header."""
        rows = _table_rows(values)
        return rows[0] if rows and _has_header(values) else []

    def row_cells(self, info: Any, values: Values) -> list[list[str]]:
        """Return the rows that are not the header."""
        rows = _table_rows(values)
        return rows[1:] if _has_header(values) else rows


def _has_header(values: Values) -> bool:
    return bool((values["table"] or {}).get("first_row_is_table_header"))


def _table_rows(values: Values) -> list[list[str]]:
    rows = (values["table"] or {}).get("data") or []
    return [["" if cell is None else str(cell) for cell in row] for row in rows]
