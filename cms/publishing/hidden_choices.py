"""Name what a thing refers to and readers will not get, and why."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Model
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.admin_url_finder import AdminURLFinder
from wagtail.models import Page

from cms.publishing import kinds
from cms.publishing.mentions import mentioned
from cms.publishing.notices import is_collecting, notice
from cms.publishing.projection import project
from cms.publishing.protocols import Placement, WithdrawalReason
from cms.publishing.schema.projecting import ProjectionFailed
from cms.publishing.visibility import placements

# So many are named in one sentence.
NAMED_MAX = 20

WORDS = {
    WithdrawalReason.UNPUBLISHED: gettext_lazy("not published"),
    WithdrawalReason.EXPIRED: gettext_lazy("expired"),
    WithdrawalReason.DELETED: gettext_lazy("deleted"),
    WithdrawalReason.RESTRICTED: gettext_lazy("private"),
    WithdrawalReason.MOVED: gettext_lazy("below no site"),
    WithdrawalReason.CONSENT: gettext_lazy("without consent"),
    WithdrawalReason.EMBARGOED: gettext_lazy("under embargo"),
    WithdrawalReason.SITE_HIDDEN: gettext_lazy("on a site or in a language that is not public"),
}


@dataclass(frozen=True, slots=True)
class HiddenChoice:
    """Hold one thing that was chosen and is hidden.

    Shape: `type_name` is what editors call its kind; `edit_url` is empty where the user may not edit it.
    """

    title: str
    type_name: str
    reason: WithdrawalReason
    edit_url: str = ""

    @property
    def why(self) -> str:
        """Return why readers will not get it."""
        return str(WORDS[self.reason])

    def __str__(self) -> str:
        named = f"{self.type_name} “{self.title}”" if self.title else self.type_name
        return f"{named} ({self.why})"


def hidden_choices(thing: Any, *, user: Any = None) -> list[HiddenChoice]:
    """Return what a thing's document would refer to, were it published now, that readers will not get.

    Shape: by kind, then in the order of making, whether it was chosen in a field, a row, a block or a
           link of a text. A picture or document that only waits for something public is not hidden.
    Raises: ProjectionFailed when the thing itself cannot be published.
    """
    key = kinds.key_of(thing) or ""
    projected = project(thing)
    ((_owner, targets),) = mentioned({key: (projected.head, projected.tail)}).items()
    by_kind: dict[str, set[int]] = defaultdict(set)
    for target in targets - {key}:
        kind, pk = kinds.split_key(target)
        by_kind[kind].add(pk)
    found: list[HiddenChoice] = []
    finder = AdminURLFinder(user)
    for kind in sorted(by_kind):
        reasons = dict(_hidden(kind, by_kind[kind], now=timezone.now()))
        things = _things(kind, reasons)
        found += [
            _choice(kind, things.get(pk), reasons[pk], finder=finder) for pk in sorted(reasons)
        ]
    return found


def notice_hidden_choices(thing: Any) -> None:
    """Tell the editor who publishes or schedules a thing what readers will not get of it."""
    if not is_collecting():
        return
    try:
        found = hidden_choices(thing)
    except ProjectionFailed:
        # It is refused with a message of its own, before the commit.
        return
    if found:
        names = ", ".join(str(choice) for choice in found[:NAMED_MAX])
        more = len(found) - NAMED_MAX
        names += _(" and %(count)d more") % {"count": more} if more > 0 else ""
        words = _("“%(title)s” refers to what readers will not get: %(names)s.")
        notice(words % {"title": thing, "names": names})


def _hidden(
    kind: str, pks: set[int], *, now: dt.datetime
) -> Iterator[tuple[int, WithdrawalReason]]:
    placed = placements(kind, pks=pks, now=now)
    for pk in pks:
        place = placed.get(pk)
        if not _is_shown(place):
            yield pk, (place.reason if place else None) or WithdrawalReason.DELETED


def _is_shown(place: Placement | None) -> bool:
    # What publishing will refer to becomes public with it.
    return place is not None and place.reason in (None, WithdrawalReason.UNREFERENCED)


def _things(kind: str, pks: Any) -> dict[int, Model]:
    model: Any = Page if kind == kinds.PAGE else kinds.single_model(kind)
    things: dict[int, Model] = model._default_manager.in_bulk(list(pks))
    return things


def _choice(
    kind: str, thing: Any, reason: WithdrawalReason, *, finder: AdminURLFinder
) -> HiddenChoice:
    if thing is None:
        model: Any = Page if kind == kinds.PAGE else kinds.single_model(kind)
        return HiddenChoice("", capfirst(str(model._meta.verbose_name)), WithdrawalReason.DELETED)
    if kind == kinds.PAGE:
        name, title = str(thing.page_type_display_name), thing.get_admin_display_title()
    else:
        name, title = str(thing._meta.verbose_name), str(thing)
    return HiddenChoice(str(title), capfirst(name), reason, finder.get_edit_url(thing) or "")
