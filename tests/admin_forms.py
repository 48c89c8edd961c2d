"""Use the admin as an editor's browser does: read a form, change some fields, send it back."""

from typing import Any

from django.http import QueryDict
from django.test import Client
from django.urls import reverse
from wagtail.fields import StreamField
from wagtail.test.utils.form_data import querydict_from_html


def open_form(client: Client, page: Any) -> QueryDict:
    """Return what the form of a page holds, as a browser would send it."""
    html = client.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).content.decode()
    data = querydict_from_html(html, form_id="page-edit-form")
    for field in page._meta.get_fields():
        # A browser builds the blocks of a stream by script; here they are left out.
        if isinstance(field, StreamField):
            data[f"{field.name}-count"] = "0"
    return data


def send_form(client: Client, page: Any, data: QueryDict, *, publish: bool = False) -> Any:
    """Save a page's form as a draft, or publish it."""
    data = data.copy()
    data["action-publish" if publish else "action-save"] = "1"
    return client.post(reverse("wagtailadmin_pages:edit", args=[page.pk]), data)


def add_row(data: QueryDict, relation: str, **values: Any) -> None:
    """Add a row to a list of rows, as the button under it does."""
    number = int(str(data[f"{relation}-TOTAL_FORMS"]))
    data[f"{relation}-TOTAL_FORMS"] = str(number + 1)
    for name, value in {"id": "", "ORDER": str(number + 1), "DELETE": "", **values}.items():
        data[f"{relation}-{number}-{name}"] = str(value)
