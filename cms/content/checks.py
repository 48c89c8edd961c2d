"""Check that nothing is exposed by accident, and nothing without a word of explanation.

A page type, snippet or body block either declares `graphql_fields` and `graphql_description`, or
says in `graphql_hidden` why readers never see it.
"""

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core import checks
from graphene_django.types import DjangoObjectType
from wagtail.documents import get_document_model
from wagtail.fields import StreamField
from wagtail.images import get_image_model
from wagtail.models import Page
from wagtail.snippets.models import get_snippet_models

# Libraries whose own GraphQL types are never part of the public schema.
# Types that grapple generates call graphene their home.
_LIBRARIES = ("grapple.", "graphene.", "graphene_django.")


def register() -> None:
    """Register the checks; called once, when the apps are ready."""
    for check in (check_app_order, check_models, check_blocks, check_hand_written_types):
        checks.register(check)


def check_app_order(app_configs: Any, **_options: Any) -> list[checks.CheckMessage]:
    """Look for grapple before wagtail.snippets, which loses the type of every snippet."""
    installed = list(settings.INSTALLED_APPS)
    if "grapple" not in installed or "wagtail.snippets" not in installed:
        return []
    if installed.index("grapple") > installed.index("wagtail.snippets"):
        return []
    return [
        checks.Error(
            "grapple stands before wagtail.snippets in INSTALLED_APPS.",
            hint="Move grapple to the end: it makes the types of snippets when it starts.",
            id="content.E001",
        )
    ]


def check_models(app_configs: Any, **_options: Any) -> list[checks.CheckMessage]:
    """Look at every page type, snippet, picture and document model of ours."""
    return [message for model in exposable_models() for message in check_exposure(model)]


def check_blocks(app_configs: Any, **_options: Any) -> list[checks.CheckMessage]:
    """Look at every block an editor can put into a body."""
    return [message for block in body_blocks() for message in check_exposure(block)]


def check_hand_written_types(app_configs: Any, **_options: Any) -> list[checks.CheckMessage]:
    """Look for DjangoObjectTypes of ours: without a list of fields they expose every column."""
    return [
        checks.Error(
            f"{found.__module__}.{found.__name__} is a hand-written DjangoObjectType.",
            hint="Declare graphql_fields on the model; the type is generated from them.",
            obj=found,
            id="content.E006",
        )
        for found in _subclasses(DjangoObjectType)
        if not found.__module__.startswith(_LIBRARIES)
    ]


def exposable_models() -> list[Any]:
    """Return the models that readers may see, by name; Wagtail's own base page is not one."""
    found = {model for model in apps.get_models() if issubclass(model, Page)}
    found.update(get_snippet_models(), [get_image_model(), get_document_model()])
    return sorted(
        (model for model in found if model._meta.app_label in _rooms()),
        key=lambda model: str(model._meta.label),
    )


def body_blocks() -> list[Any]:
    """Return the classes of the blocks that bodies are made of, by name."""
    found = {
        type(block)
        for model in apps.get_models()
        if model._meta.app_label in _rooms()
        for field in model._meta.get_fields()
        if isinstance(field, StreamField)
        for block in field.stream_block.child_blocks.values()
    }
    return sorted(found, key=lambda block: str(block.__name__))


def check_exposure(exposed: Any) -> list[checks.CheckMessage]:
    """Return what is wrong with the public face of a model or block."""
    if getattr(exposed, "graphql_hidden", ""):
        return []
    fields = list(_declared(exposed))
    if not fields:
        return [
            checks.Error(
                f"{exposed.__name__} declares no graphql_fields.",
                hint="Expose what readers get, or say in graphql_hidden why they never see it.",
                obj=exposed,
                id="content.E002",
            )
        ]
    problems: list[checks.CheckMessage] = []
    if not getattr(exposed, "graphql_description", ""):
        problems.append(_error(exposed, "graphql_description", "is missing", number=3))
    for field in fields:
        if not field.description:
            problems.append(_error(exposed, field.field_name, "has no description", number=4))
        if not _has(exposed, field.field_source):
            problems.append(_error(exposed, field.field_name, "has no such source", number=5))
    return problems


def _error(exposed: Any, name: str, what: str, *, number: int) -> checks.CheckMessage:
    return checks.Error(
        f"{exposed.__name__}.{name} {what}.",
        hint="See cms/publishing/exposure.py for how fields are declared.",
        obj=exposed,
        id=f"content.E00{number}",
    )


def _declared(exposed: Any) -> Iterator[Any]:
    for declaration in getattr(exposed, "graphql_fields", ()):
        yield declaration() if callable(declaration) else declaration


def _has(exposed: Any, source: str) -> bool:
    return hasattr(exposed, source) or source in getattr(exposed, "base_blocks", ())


def _rooms() -> list[str]:
    grapple: Any = settings.GRAPPLE
    return list(grapple["APPS"])


def _subclasses(cls: type[Any]) -> Iterator[type[Any]]:
    for subclass in cls.__subclasses__():
        yield subclass
        yield from _subclasses(subclass)
