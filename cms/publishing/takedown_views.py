"""Name what a takedown affects, and take translations along: in place of three views of Wagtail."""

import json
from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from wagtail.admin.auth import require_admin_access
from wagtail.admin.views import page_privacy
from wagtail.admin.views.pages.bulk_actions.page_bulk_action import DefaultPageForm
from wagtail.admin.views.pages.bulk_actions.unpublish import UnpublishBulkAction
from wagtail.models import Page
from wagtail.utils.urlpatterns import decorate_urlpatterns

from cms.publishing.affected import affected_by, chosen_translations
from cms.publishing.request_locks import TAKEN_ALONG, UNPUBLISH_ROUTE

try:
    from wagtail.admin.views.pages.unpublish import Unpublish
except ImportError:
    # Its name since Wagtail 8.
    from wagtail.admin.views.pages.unpublish import UnpublishView as Unpublish

# A class since Wagtail 8.
_set_privacy = getattr(page_privacy, "set_privacy", None) or page_privacy.SetPrivacyView.as_view()

# The name of the tick boxes.
UNPUBLISH, RESTRICT = "can_unpublish", "can_set_view_restrictions"


class UnpublishPage(Unpublish):
    """Unpublish a page, and the translations that the editor ticked."""

    template_name = "publishing/confirm_unpublish.html"

    def get_objects_to_unpublish(self) -> list[Any]:
        """Return the page first, then what goes with it."""
        chosen = self.request.POST.getlist(TAKEN_ALONG)
        self.taken_along = chosen_translations(
            [self.object], chosen, user=self.request.user, action=UNPUBLISH
        )
        others = [one for one in super().get_objects_to_unpublish() if one != self.object]
        return [self.object, *dict.fromkeys([*others, *self.taken_along])]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return Wagtail's context with what is affected."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        user = self.request.user
        context["affected"] = affected_by(self.object, user=user, action=UNPUBLISH)
        return context

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Unpublish, and say what went along."""
        response = super().post(request, *args, **kwargs)
        _tell_taken_along(request, self.taken_along)
        return response


def set_privacy(request: HttpRequest, page_id: int) -> HttpResponse:
    """Let Wagtail set the privacy of a page, and then of the translations that were ticked."""
    response: HttpResponse = _set_privacy(request, page_id)
    answer = json.loads(response.content)
    page: Any = get_object_or_404(Page, pk=page_id)
    if answer.get("step") == "set_privacy":
        affected = affected_by(page, user=request.user, action=RESTRICT)
        html = render_to_string(
            "publishing/affected.html", {"affected": affected, "is_restriction": True}, request
        )
        # Inside the form, before its first field.
        start = answer["html"].index("<input", answer["html"].index("<form"))
        answer["html"] = answer["html"][:start] + html + answer["html"][start:]
        return JsonResponse(answer)
    if answer.get("step") == "set_privacy_done" and not answer["is_public"]:
        chosen = request.POST.getlist(TAKEN_ALONG)
        for version in chosen_translations([page], chosen, user=request.user, action=RESTRICT):
            _set_privacy(request, version.pk)
    return response


class BulkForm(DefaultPageForm):
    """Choose the translations that go along."""

    take_along = forms.MultipleChoiceField(
        required=False, widget=forms.CheckboxSelectMultiple, label="Unpublish these versions too"
    )


class UnpublishPages(UnpublishBulkAction):
    """Unpublish pages, and the translations that the editor ticked."""

    template_name = "publishing/confirm_bulk_unpublish.html"
    form_class = BulkForm

    def object_context(self, obj: Any) -> dict[str, Any]:
        """Return Wagtail's context of one page with what is affected."""
        context: dict[str, Any] = super().object_context(obj)
        context["affected"] = affected_by(obj, user=self.request.user, action=UNPUBLISH)
        return context

    def get_form(self, form_class: Any = None) -> Any:
        """Return the form with the translations of all pages that are not among them."""
        form = super().get_form(form_class)
        pages, _refused = self.get_actionable_objects()
        named = {page.pk for page in pages}
        found = (affected_by(page, user=self.request.user, action=UNPUBLISH) for page in pages)
        offered = {one.page.pk: one for each in found for one in each.offered}
        choices = [
            (pk, f"{one.title} ({one.language})") for pk, one in offered.items() if pk not in named
        ]
        form.fields[TAKEN_ALONG].choices = choices
        if not choices:
            form.fields[TAKEN_ALONG].widget = forms.MultipleHiddenInput()
        if not any(page.get_descendants().live().exists() for page in pages):
            form.fields["include_descendants"].widget = forms.HiddenInput()
        return form

    def get_execution_context(self) -> dict[str, Any]:
        """Return Wagtail's context with what was ticked."""
        chosen = self.cleaned_form.cleaned_data[TAKEN_ALONG]
        return {**super().get_execution_context(), TAKEN_ALONG: chosen}

    @classmethod
    def execute_action(
        cls, objects: Iterable[Any], take_along: Iterable[str] = (), user: Any = None, **kwargs: Any
    ) -> Any:
        """Unpublish the pages and the chosen translations."""
        pages = list(objects)
        more = chosen_translations(pages, take_along, user=user, action=UNPUBLISH)
        every = {page.pk: page for page in [*pages, *more]}
        return super().execute_action(list(every.values()), user=user, **kwargs)


def _tell_taken_along(request: HttpRequest, pages: list[Any]) -> None:
    if pages:
        names = ", ".join(f"{page.title} ({page.locale.get_display_name()})" for page in pages)
        messages.success(request, _("Unpublished as well: %(names)s.") % {"names": names})


def urlpatterns() -> list[URLPattern]:
    """Return the routes that stand before Wagtail's own of the same addresses."""
    routes = [
        path("pages/<int:page_id>/unpublish/", UnpublishPage.as_view(), name=UNPUBLISH_ROUTE),
        path("pages/<int:page_id>/privacy/", set_privacy),
    ]
    guarded: list[URLPattern] = decorate_urlpatterns(
        decorate_urlpatterns(routes, require_admin_access), never_cache
    )
    return guarded
