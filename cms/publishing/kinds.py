"""List the kinds of things that can be public, and the models behind each.

A model takes part by having `published_kind` (see `protocols.Publishable`); all page types share the
kind `page`. Redirects and sites are Wagtail's own models and take part without being projected.
"""

from collections.abc import Iterator
from functools import cache
from typing import Any

from django.apps import apps
from django.db.models import Model
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Page, Site

PAGE = "page"
IMAGE = "image"
DOCUMENT = "document"
MENU = "menu"
SETTINGS = "settings"
REDIRECT = "redirect"
SITE = "site"
# Public only while something public refers to them, so they are compared after everything else.
FILES = (IMAGE, DOCUMENT)


@cache
def projected_models() -> dict[str, tuple[type[Model], ...]]:
    """Return the models whose documents are projected, by kind, in a stable order."""
    found: dict[str, list[type[Model]]] = {}
    for model in apps.get_models():
        kind = getattr(model, "published_kind", None)
        if kind:
            found.setdefault(kind, []).append(model)
    return {kind: tuple(found[kind]) for kind in sorted(found)}


def all_kinds() -> list[str]:
    """Return every kind in the order in which they are compared.

    Shape: sites and pages first, because other things are placed by them; pictures and documents
           last, because they are public by what refers to them.
    """
    models = projected_models()
    rest = [kind for kind in models if kind not in (PAGE, *FILES)]
    return [SITE, PAGE, *rest, REDIRECT, *(kind for kind in FILES if kind in models)]


@cache
def kind_of(model: type[Model]) -> str | None:
    """Return the kind a model's rows belong to, or None when they are never public."""
    if issubclass(model, Redirect):
        return REDIRECT
    if issubclass(model, Site):
        return SITE
    if issubclass(model, Page):
        return PAGE
    return getattr(model, "published_kind", None)


def key_of(instance: Model) -> str | None:
    """Return the key of an instance, or None when its model is never public."""
    kind = kind_of(type(instance))
    return f"{kind}:{instance.pk}" if kind else None


def split_key(key: str) -> tuple[str, int]:
    """Return the kind and row of a key."""
    kind, _, pk = key.partition(":")
    return kind, int(pk)


def single_model(kind: str) -> type[Model]:
    """Return the one model of a kind other than `page`."""
    if kind == REDIRECT:
        return Redirect
    if kind == SITE:
        return Site
    (model,) = projected_models()[kind]
    return model


def model_named(kind: str, type_name: str) -> type[Model]:
    """Return the model of a kind whose public type has this name."""
    return next(model for model in projected_models()[kind] if model.__name__ == type_name)


def page_models() -> Iterator[type[Any]]:
    """Yield the page types that can be public."""
    yield from projected_models().get(PAGE, ())
