"""Read the parameters of a request, and say what is wrong with them."""

from collections.abc import Collection
from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse

# Names of GraphQL's filters; addresses may be written with these too.
NAMES_OF_FILTERS = {
    "type": "types",
    "topic": "topics",
    "project": "projectId",
    "status": "statuses",
}


class BadParameter(Exception):
    """Say in a sentence which parameter cannot be used, and why."""


def named_once(request: HttpRequest, *, known: Collection[str]) -> dict[str, str]:
    """Return the parameters of an address by the names in `known`.

    Raises: BadParameter for one that there is not, or that is given twice, under either name.
    """
    names = {NAMES_OF_FILTERS.get(name, name): name for name in known}
    given: dict[str, str] = {}
    for written in request.GET:
        name = names.get(written, written)
        if name not in known:
            raise BadParameter(f"There is no parameter `{name}`; there are {', '.join(known)}.")
        if name in given or len(request.GET.getlist(written)) > 1:
            raise BadParameter(f"`{name}` stands there twice; write several values with commas.")
        given[name] = request.GET[written]
    return given


def listed(text: str) -> tuple[str, ...]:
    """Return the values of a parameter, which are separated by commas."""
    values = (value.strip() for value in text.split(","))
    return tuple(dict.fromkeys(value for value in values if value))


def number(request: HttpRequest, name: str, *, default: int, most: int) -> int:
    """Return a positive number.

    Raises: BadParameter when it is none, or more than `most`.
    """
    text = request.GET.get(name, str(default))
    if not (text.isascii() and text.isdigit() and len(text) < 10 and 1 <= int(text) <= most):
        raise BadParameter(f"`{name}` must be a number from 1 to {most}.")
    return int(text)


def refused(code: str, message: str, *, status: int = 400) -> HttpResponse:
    """Return a refusal as JSON: a stable code and a sentence."""
    body: dict[str, Any] = {"error": {"code": code, "message": message}}
    response = HttpResponse(orjson.dumps(body), content_type="application/json", status=status)
    response["Cache-Control"] = "no-store"
    response["Access-Control-Allow-Origin"] = "*"
    return response
