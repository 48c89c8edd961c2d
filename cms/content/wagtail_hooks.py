"""Put vocabulary, people and organisations into the sidebar; register the image operation."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.templatetags.static import static
from django.urls import URLPattern, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.ui.tables import BooleanColumn, Column, LiveStatusTagColumn
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from cms.content import admin_files
from cms.content.choosers import TermChooserViewSet
from cms.content.lost_blocks import lost_blocks
from cms.content.metadata import StripMetadataOperation
from cms.content.models import Document, Organisation, Person, Programme, Term


class TermViewSet(SnippetViewSet):
    """List the terms of every vocabulary."""

    model = Term
    icon = "tag"
    menu_label = _("Terms")
    list_display = [
        "label_en",
        "label_bg",
        Column("get_scheme_display", label=_("Vocabulary"), sort_key="scheme"),
        "code",
        LiveStatusTagColumn(),
    ]
    list_filter = ["scheme", "version"]
    list_export = ["scheme", "code", "label_en", "label_bg", "version"]
    list_per_page = 50
    ordering = ["scheme", "label_en"]
    copy_view_enabled = False
    chooser_viewset_class = TermChooserViewSet


class ProgrammeViewSet(SnippetViewSet):
    """List the programmes."""

    model = Programme
    icon = "folder-open-inverse"
    menu_label = _("Programmes")
    list_display = ["name", "full_name", "funder", LiveStatusTagColumn()]
    list_filter = ["funder"]
    ordering = ["name"]


class VocabularyViewSetGroup(SnippetViewSetGroup):
    """Show what pages are classified by."""

    items = (TermViewSet, ProgrammeViewSet)
    menu_label = _("Vocabulary")
    menu_name = "vocabulary"
    menu_icon = "tag"
    menu_order = 250


class OrganisationViewSet(SnippetViewSet):
    """List the organisations."""

    model = Organisation
    icon = "group"
    menu_label = _("Organisations")
    list_display = [
        "name",
        Column("get_kind_display", label=_("Kind"), sort_key="kind"),
        Column("get_country_display", label=_("Country"), sort_key="country"),
        LiveStatusTagColumn(),
    ]
    list_filter = ["kind", "country"]
    list_export = ["name", "local_name", "kind", "country", "website"]
    list_per_page = 50
    ordering = ["name"]


class PersonViewSet(SnippetViewSet):
    """List the people."""

    model = Person
    icon = "user"
    menu_label = _("People")
    list_display = [
        "name",
        "organisation",
        BooleanColumn("consent_given", label=_("Agreed to be shown"), sort_key="consent_given"),
        LiveStatusTagColumn(),
    ]
    list_filter = ["consent_given", "organisation"]
    list_per_page = 50
    ordering = ["name"]
    # A copy would carry one person's consent over to another.
    copy_view_enabled = False


class PeopleViewSetGroup(SnippetViewSetGroup):
    """Show whom pages speak of."""

    items = (PersonViewSet, OrganisationViewSet)
    menu_label = _("People")
    menu_name = "people"
    menu_icon = "group"
    menu_order = 240


@hooks.register("register_image_operations")
def register_image_operations() -> list[tuple[str, Any]]:
    """Offer the operation that the named sizes use."""
    return [("stripmetadata", StripMetadataOperation)]


# Before Wagtail's own routes, one of which it replaces.
@hooks.register("register_admin_urls", order=-1)
def register_file_urls() -> list[URLPattern]:
    """Add the views that send files to users of the admin, and those that take files in."""
    # Wagtail 8 wants the forms of images only once its apps are ready, and hooks are read before that.
    from cms.content import avatars, uploads

    avatars.connect()
    return [*admin_files.urlpatterns(), *uploads.urlpatterns()]


# Before Wagtail's own check, which fails without a login page for visitors.
@hooks.register("before_serve_document", order=-1)
def refuse_restricted_document(document: Document, request: HttpRequest) -> HttpResponse | None:
    """Refuse a document whose collection excludes the user."""
    return admin_files.refuse_restricted_document(document, request)


@hooks.register("before_edit_page")
@hooks.register("before_edit_snippet")
def tell_of_lost_blocks(request: HttpRequest, instance: Any) -> None:
    """Tell who opens a thing which of its stored blocks cannot be read any more."""
    if request.method == "GET":
        for text in lost_blocks(instance):
            messages.warning(request, text)


@hooks.register("get_avatar_url")
def avatar_url(user: Any, size: int) -> str | None:
    """Return the address of an account's avatar, or None for Wagtail's placeholder."""
    return reverse("avatar_file", args=[user.pk]) if admin_files.avatar_of(user) else None


@hooks.register("insert_global_admin_css")
def style_boxes_and_lists() -> SafeString:
    """Link the style sheet of this room."""
    return format_html('<link rel="stylesheet" href="{}">', static("content/admin.css"))


@hooks.register("insert_editor_js")
def hold_autosave_back() -> SafeString:
    """Link the script that keeps drafts from overtaking what an editor publishes."""
    return format_html('<script src="{}"></script>', static("content/autosave.js"))


@hooks.register("insert_editor_js")
def load_outside() -> SafeString:
    """Link the script of the tab “Outside”."""
    return format_html('<script src="{}"></script>', static("content/outside.js"))


register_snippet(VocabularyViewSetGroup)
register_snippet(PeopleViewSetGroup)
