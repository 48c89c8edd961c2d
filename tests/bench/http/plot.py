"""Draw the rows as bars in an SVG, lengths on a logarithmic scale."""

import math
from html import escape

from tests.bench.http.measuring import OneDatabase
from tests.bench.http.questions import NAMES, TITLES
from tests.bench.http.report import KINDS, Results
from tests.bench.http.rounds import Row

WIDTH, LEFT, LINE, BAR = 900, 240, 20, 14
COLOURS = {
    "cold": "#1f6feb",
    "bare": "#79a7f0",
    "cached": "#2da44e",
    "GET": "#57ab5a",
    "304": "#8ddb8c",
    "grapple": "#cf222e",
    "constant": "#8c959f",
    "least": "#6e7781",
    "nginx": "#57606a",
}
# Whose bars stand under every question, for comparison.
FLOORS = ("constant", "least", "nginx")


def svg(results: Results) -> str:
    """Return the drawing: for each database and question the requests per second at c=16."""
    lines: list[str] = []
    top = 30
    for name, found in results.found.items():
        for question in NAMES:
            lines.append(_text(10, top, f"{name}: {question}) {TITLES[question]}", weight="bold"))
            top += LINE
            for kind, rate in _rates(found, question):
                lines += _bar(top, kind, rate)
                top += LINE
            top += LINE // 2
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {top}" role="img"'
        ' font-family="sans-serif" font-size="12">'
        "<title>Requests per second, c=16, logarithmic</title>"
        f'<rect width="{WIDTH}" height="{top}" fill="white"/>'
    )
    title = _text(10, 15, "Requests per second with 16 connections; lengths are logarithmic")
    return "\n".join([head, title, *lines, "</svg>"]) + "\n"


def _rates(found: OneDatabase, question: str) -> list[tuple[str, float]]:
    rows = [(kind, Row(kind, "" if kind in FLOORS else question, 16)) for kind in KINDS]
    return [(kind, found.rows[row].per_second) for kind, row in rows if row in found.rows]


def _bar(top: int, kind: str, rate: float) -> list[str]:
    length = (WIDTH - LEFT - 90) * math.log10(max(rate, 1)) / 5
    place = f'x="{LEFT}" y="{top - BAR + 3}" width="{length:.1f}" height="{BAR}"'
    return [
        _text(LEFT - 10, top, KINDS[kind].replace("`", ""), anchor="end"),
        f'<rect {place} fill="{COLOURS[kind]}"/>',
        _text(LEFT + int(length) + 6, top, f"{rate:,.0f}"),
    ]


def _text(x: int, y: int, words: str, *, anchor: str = "start", weight: str = "normal") -> str:
    return f'<text x="{x}" y="{y}" text-anchor="{anchor}" font-weight="{weight}">{escape(words)}</text>'
