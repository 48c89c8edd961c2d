"""Lock what a writing request to the admin is about, before its view reads it.

A view writes back what it has read: without the lock it would undo what others committed in between.
"""

from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.contrib.admin.utils import unquote
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.http import HttpRequest
from wagtail.models import Page, PageLogEntry

from cms.publishing import kinds
from cms.publishing.row_locks import Deleted, lock_pages, lock_things

PAGES = "wagtailadmin_pages:"
BULK_ACTION = "wagtail_bulk_action"
# The arguments of addresses that are ids of pages, Wagtail's and ours.
PAGE_ARGUMENTS = ("page_id", "parent_page_id", "page_to_move_id", "destination_id")
# The fields of forms that are: where a page is copied to, and where pages are moved to.
PAGE_FIELDS = ("new_parent_page", "chooser")
# The field that names the translations which are taken along, and the route that reads it.
TAKEN_ALONG = "take_along"
UNPUBLISH_ROUTE = "publishing_unpublish"
# What changes the tree around a page, or all that is below it.
OF_TREES = frozenset(
    [UNPUBLISH_ROUTE, *(f"{PAGES}{name}" for name in ("copy", "delete", "move", "move_confirm"))]
)
OF_SIBLINGS = PAGES + "set_page_position"
# Posted every few seconds while an editor types, and changing nothing.
UNCHANGING = frozenset(PAGES + name for name in ("preview_on_add", "preview_on_edit"))


def lock_for(request: HttpRequest) -> None:
    """Lock the pages or the snippet that the address and the form of a request name.

    Raises: Deleted, when a page is gone that there once was.
    """
    match = request.resolver_match
    if match is None or match.view_name in UNCHANGING:
        return
    if match.view_name == BULK_ACTION:
        _lock_for_bulk_action(request, **match.kwargs)
        return
    named = _numbers(match.kwargs.get(name) for name in PAGE_ARGUMENTS)
    if named:
        along = _numbers(request.POST.getlist(TAKEN_ALONG))
        trees = named | along if match.view_name in OF_TREES else set[int]()
        if match.view_name == OF_SIBLINGS:
            trees = _parents(named)
        trees -= _numbers([match.kwargs.get("destination_id")])
        _lock_pages(named | _chosen(request), trees=trees, others=along)
        return
    # The generic views of Wagtail are made for a model, which stands beside them; or its name does.
    model: Any = getattr(match.func, "view_initkwargs", {}).get("model")
    if isinstance(model, str):
        model = apps.get_model(model)
    if model is not None and kinds.kind_of(model) and "pk" in match.kwargs:
        _lock_things(model, [unquote(str(match.kwargs["pk"]))])


def _lock_for_bulk_action(
    request: HttpRequest, *, app_label: str, model_name: str, action: str
) -> None:
    ids = request.GET.getlist("id")
    try:
        model: type[Model] = apps.get_model(app_label, model_name)
    except LookupError:
        # The view answers that there is no such action.
        return
    if not issubclass(model, Page) and not kinds.kind_of(model):
        return
    if not issubclass(model, Page):
        named = model._base_manager.values_list("pk", flat=True) if "all" in ids else ids
        _lock_things(model, list(named))
        return
    trees = _numbers(ids) | _numbers(request.POST.getlist(TAKEN_ALONG))
    if "all" in ids:
        # All that is listed: the children of a page, or whatever was searched for.
        of = _numbers([request.GET.get("childOf")])
        trees |= of or set(Page.objects.filter(depth=1).values_list("pk", flat=True))
    lock_pages(_chosen(request), trees=trees, parents=trees)


def _lock_pages(named: set[int], *, trees: set[int], others: set[int]) -> None:
    gone = named - lock_pages(named | others, trees=trees, parents=trees)
    # What there never was is the view's to answer.
    if gone and PageLogEntry.objects.filter(page__in=gone, action="wagtail.delete").exists():
        raise Deleted


def _lock_things(model: type[Model], pks: list[Any]) -> None:
    keys = []
    for pk in pks:
        try:
            key = model._meta.pk.to_python(pk)
            model._meta.pk.run_validators(key)
        except ValidationError:
            # No key of this model: the view answers that there is no such thing.
            continue
        keys.append(key)
    lock_things(model, keys)


def _parents(pages: set[int]) -> set[int]:
    """Return the parents of pages, or a root itself."""
    paths = Page.objects.filter(pk__in=pages).values_list("path", flat=True)
    above = [path[: -Page.steplen] or path for path in paths]
    return set(Page.objects.filter(path__in=above).values_list("pk", flat=True))


def _chosen(request: HttpRequest) -> set[int]:
    return _numbers(request.POST.get(name) for name in PAGE_FIELDS)


def _numbers(values: Iterable[object]) -> set[int]:
    """Return those of some values that are whole numbers."""
    texts = [str(value) for value in values if value is not None]
    return {int(text) for text in texts if text.isascii() and text.isdigit() and len(text) < 19}
