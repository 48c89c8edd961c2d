"""CSV files of the admin hold texts, and nothing that a spreadsheet runs."""

import csv
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Page

from cms.content.csv_export import escape_cell
from tests.factories import make_organisation, make_term
from tests.page_factories import NOON, make_news, make_world

pytestmark = pytest.mark.django_db

FORMULAS = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    '=HYPERLINK("https://e.test")',
    "＝1",
]


@pytest.fixture
def admin(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("admin"))
    return client


def rows(client: Client, address: str) -> list[dict[str, str]]:
    """Return the rows of a CSV file, as a spreadsheet reads it."""
    answer = client.get(address, {"export": "csv"})
    assert answer.headers["Content-Type"] == "text/csv"
    return list(csv.DictReader(answer.getvalue().decode().splitlines()))


@pytest.mark.parametrize("formula", FORMULAS)
def test_a_formula_becomes_a_text(formula: str) -> None:
    assert escape_cell(formula) == f"'{formula}"


@pytest.mark.parametrize("value", ["", "a=b", "Ana", "1-2", -5, 0.5, None, True, "'=1"])
def test_other_values_stay_as_they_are(value: Any) -> None:
    assert escape_cell(value) == value


def test_our_lists_escape_formulas(admin: Client) -> None:
    make_organisation(name="=cmd|calc", website="https://a.test")
    make_term(label_en="@SUM(A1)", code="-A")

    organisations = rows(admin, "/admin/snippets/content/organisation/")
    terms = [row for row in rows(admin, "/admin/snippets/content/term/") if "SUM" in str(row)]

    assert [next(iter(row.values())) for row in organisations] == ["'=cmd|calc"]
    assert [list(row.values())[1:3] for row in terms] == [["'-A", "'@SUM(A1)"]]


def test_reports_of_wagtail_escape_formulas(admin: Client) -> None:
    page = make_news(make_world().news, title="=1+1", slug="formula")
    Page.objects.filter(pk=page.pk).update(last_published_at=NOON)
    Redirect.objects.create(old_path="/a", redirect_link="+https://b.test")

    found = [
        value
        for address in ("/admin/reports/aging-pages/", "/admin/redirects/")
        for row in rows(admin, address)
        for value in row.values()
        if "1+1" in value or "b.test" in value
    ]

    assert found == ["'=1+1", "'+https://b.test"]
