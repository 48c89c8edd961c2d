"""Administrators see in the admin who still asks for what; editors do not."""

import datetime as dt

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.test import Client
from django.utils import timezone

from cms.api.models import FieldUsage, OperationUsage
from tests.page_factories import make_world

pytestmark = pytest.mark.django_db
FIELDS, OPERATIONS = "/admin/reports/api-fields/", "/admin/reports/api-operations/"


@pytest.fixture(autouse=True)
def used() -> None:
    make_world()
    today = timezone.now().date()
    FieldUsage.objects.create(
        day=today, coordinate="Gone.field", client="portal-x", requests=12_345
    )
    OperationUsage.objects.create(
        day=today, document_id="d" * 64, operation="<b>Titles", client="portal-x", requests=77
    )


@pytest.fixture
def admin() -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser("chief"))
    return client


def editor(*codenames: str) -> Client:
    user = User.objects.create_user("editor")
    group = Group.objects.create(name="some editors")
    wanted = ["access_admin", *codenames]
    group.permissions.set(Permission.objects.filter(codename__in=wanted))
    user.groups.add(group)
    client = Client()
    client.force_login(user)
    return client


def test_the_reports_say_who_asks(admin: Client) -> None:
    fields = admin.get(FIELDS).content.decode()
    operations = admin.get(OPERATIONS).content.decode()

    assert "Gone.field" in fields
    assert "12345" in fields
    assert "portal-x" in fields
    assert "&lt;b&gt;Titles" in operations
    assert "<b>Titles" not in operations
    assert "77" in operations


def test_the_fields_can_be_taken_along_as_a_table(admin: Client) -> None:
    answer = admin.get(FIELDS, {"export": "csv"})

    lines = b"".join(answer.streaming_content).decode().splitlines()  # type: ignore[attr-defined]
    today = timezone.now().date()
    assert f"Gone.field,It is not in the schema any more.,{today},12345,12345,portal-x" in lines
    assert len(lines) > 300


def test_the_reports_are_in_the_menu_of_administrators_only(admin: Client) -> None:
    assert FIELDS in admin.get("/admin/").content.decode()
    assert FIELDS not in editor().get("/admin/").content.decode()


@pytest.mark.parametrize("address", [FIELDS, OPERATIONS, f"{FIELDS}results/"])
def test_editors_may_not_read_them(address: str) -> None:
    answer = editor().get(address)

    assert answer.status_code == 302
    assert b"portal-x" not in answer.content


def test_a_group_may_be_given_them() -> None:
    answer = editor("view_fieldusage").get(FIELDS)

    assert answer.status_code == 200
    assert b"portal-x" in answer.content


def test_a_report_is_few_statements(admin: Client, django_assert_max_num_queries: object) -> None:
    day = timezone.now().date()
    for number in range(50):
        FieldUsage.objects.create(
            day=day - dt.timedelta(days=number), coordinate="Gone.field", client=f"c{number}"
        )

    with django_assert_max_num_queries(25):  # type: ignore[operator]
        admin.get(FIELDS)


def test_a_document_is_told_by_the_beginning_of_its_id(admin: Client) -> None:
    document = "0123456789abcdef" * 4
    today = timezone.now().date()
    OperationUsage.objects.create(day=today, document_id=document, requests=3)

    shown = admin.get(OPERATIONS).content.decode()
    exported = admin.get(OPERATIONS, {"export": "csv"})

    assert "0123456789abcdef…" in shown
    assert document not in shown
    assert document in b"".join(exported.streaming_content).decode()  # type: ignore[attr-defined]
