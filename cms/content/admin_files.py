"""Send the files of images and avatars to users of the admin, by the id of their object.

A client names an object and never a path of the storage. Each view asks for permission on that object
before it opens the file. Documents have Wagtail's own view, which does the same. ADR 0061.
"""

from collections.abc import Callable
from pathlib import PurePosixPath
from typing import Any

from django.contrib.auth import get_user_model
from django.core.exceptions import SuspiciousFileOperation
from django.http import (
    FileResponse,
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBadRequest,
    HttpResponseBase,
    HttpResponseForbidden,
)
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path
from django.views.decorators.http import require_safe
from wagtail.images.exceptions import InvalidFilterSpecError
from wagtail.images.models import Filter, SourceImageIOError
from wagtail.models import CollectionViewRestriction

from cms.content.models import Document, Image
from cms.content.models.images import Rendition
from cms.publishing.files import INLINE

_IMAGE_TYPES = INLINE | {".gif": "image/gif"}
# The copy in full size is as good as the original, which Wagtail's edit form and preview show.
_FULL_SIZE = "original"


def urlpatterns() -> list[URLPattern]:
    """Return the routes below the admin's address, which asks for access to the admin first."""
    return [
        path("files/renditions/<int:rendition_id>/", rendition_file, name="rendition_file"),
        path("files/originals/<int:image_id>/", original_file, name="original_file"),
        path("files/avatars/<int:user_id>/", avatar_file, name="avatar_file"),
        # Wagtail's own preview knows no view restrictions.
        path("images/<int:image_id>/preview/<str:filter_spec>/", image_preview),
    ]


@require_safe
def rendition_file(request: HttpRequest, rendition_id: int) -> HttpResponseBase:
    """Send a rendition to a user who may choose or change its image.

    Raises: Http404 when there is no such rendition, or no file.
    """
    rendition = get_object_or_404(
        Rendition.objects.select_related("image__collection"), pk=rendition_id
    )
    actions = ["change"] if rendition.filter_spec == _FULL_SIZE else ["change", "choose"]
    if not may_view_image(request, rendition.image, actions=actions):
        return _forbidden()
    return _send(rendition.file)


@require_safe
def original_file(request: HttpRequest, image_id: int) -> HttpResponseBase:
    """Send the uploaded file of an image to a user who may change the image.

    Raises: Http404 when there is no such image, or no file.
    """
    image = get_object_or_404(Image.objects.select_related("collection"), pk=image_id)
    if not may_view_image(request, image, actions=["change"]):
        return _forbidden()
    return _send(image.file, filename=image.filename)


@require_safe
def avatar_file(request: HttpRequest, user_id: int) -> HttpResponseBase:
    """Send the avatar of an account; the admin shows it to all of its users.

    Raises: Http404 when there is no such account, or it has no avatar.
    """
    user: Any = get_object_or_404(get_user_model(), pk=user_id)
    avatar = avatar_of(user)
    if not avatar:
        raise Http404
    return _send(avatar)


@require_safe
def image_preview(request: HttpRequest, image_id: int, filter_spec: str) -> HttpResponseBase:
    """Draw an image as Wagtail's preview of it does, where view restrictions allow it.

    Raises: Http404 when there is no such image, or it cannot be read.
    """
    from wagtail.images.forms import URLGeneratorForm

    image = get_object_or_404(Image.objects.select_related("collection"), pk=image_id)
    if not may_view_image(request, image, actions=["change"]):
        return _forbidden()
    image_filter = Filter(spec=filter_spec)
    try:
        methods = {operation.method for operation in image_filter.operations}
    except InvalidFilterSpecError:
        methods = {filter_spec}
    if not methods <= set(URLGeneratorForm.FilterChoices.values):
        return HttpResponseBadRequest(
            "There is no such size.\n", content_type="text/plain; charset=utf-8"
        )
    try:
        file = image.generate_rendition_file(image_filter)
    except SourceImageIOError as error:
        raise Http404 from error
    return _protected(FileResponse(file, content_type=_IMAGE_TYPES[_ending(file.name)]))


def may_view_image(request: HttpRequest, image: Image, *, actions: list[str]) -> bool:
    """Tell whether the user has one of the permissions on an image, and its collection lets them in.

    Nobody can enter a collection's password for an image, so whoever may change the image needs none.
    """
    policy = _policy_of_images()
    if not policy.user_has_any_permission_for_instance(request.user, actions, image):
        return False
    may_change = policy.user_has_permission_for_instance(request.user, "change", image)
    return all(
        restriction.accept_request(request)
        or (may_change and restriction.restriction_type == CollectionViewRestriction.PASSWORD)
        for restriction in image.collection.get_view_restrictions()
    )


def _policy_of_images() -> Any:
    """Return who may do what with images, from where each Wagtail keeps it."""
    # Neither may be imported before Wagtail's images are set up, and hooks are read before that.
    from wagtail import permissions

    if registry := getattr(permissions, "policy_registry", None):
        return registry.get_by_type(Image)
    # Only before Wagtail 8.
    from wagtail.images.permissions import permission_policy

    return permission_policy


def refuse_restricted_document(document: Document, request: HttpRequest) -> HttpResponse | None:
    """Return 403 when a view restriction excludes the user; Wagtail's hook asks for passwords.

    Source: Wagtail redirects to a login page for visitors, which this project does not have.
    """
    for restriction in document.collection.get_view_restrictions():
        is_password = restriction.restriction_type == CollectionViewRestriction.PASSWORD
        if not is_password and not restriction.accept_request(request):
            return _forbidden()
    return None


def protect_document(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Return Wagtail's view of a document with the headers of all files in the admin."""

    def protected(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        if response.get("Content-Disposition", "").startswith("attachment"):
            return _protected(response)
        # Browsers show no PDF in a sandbox.
        response["Cache-Control"] = "private, no-store"
        return response

    return protected


def avatar_of(user: Any) -> Any:
    """Return the avatar's file of an account, or None."""
    profile = getattr(user, "wagtail_userprofile", None)
    return profile.avatar if profile is not None and profile.avatar else None


def _ending(name: str | None) -> str:
    return PurePosixPath(name or "").suffix.lower()


def _send(file: Any, *, filename: str = "") -> HttpResponseBase:
    content_type = _IMAGE_TYPES.get(_ending(file.name))
    try:
        content = file.storage.open(file.name, "rb")
    except (OSError, ValueError, SuspiciousFileOperation) as error:
        raise Http404 from error
    response = FileResponse(
        content,
        content_type=content_type or "application/octet-stream",
        as_attachment=content_type is None,
        filename=filename or PurePosixPath(file.name).name,
    )
    return _protected(response)


def _protected(response: HttpResponseBase) -> HttpResponseBase:
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, no-store"
    return response


def _forbidden() -> HttpResponse:
    # PermissionDenied would send the browser to the dashboard with a message for every image.
    return HttpResponseForbidden(
        "You do not have permission to see this file.\n", content_type="text/plain; charset=utf-8"
    )
