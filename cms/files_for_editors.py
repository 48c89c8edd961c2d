"""Show editors the files behind thumbnails; everybody else has the public file route."""

from django.core.exceptions import SuspiciousFileOperation
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe
from wagtail.admin.auth import require_admin_access


@require_admin_access
@require_safe
def media(request: HttpRequest, path: str) -> FileResponse:
    """Send one uploaded file to somebody who may use the admin.

    Nothing in the file may run in the admin's origin: the type is not guessed again by the browser
    and the content is sandboxed. Documents go through Wagtail's own view, which asks for rights.

    Raises: Http404 when there is no such file, or it is a document.
    """
    if path.startswith("documents/"):
        raise Http404
    try:
        response = FileResponse(default_storage.open(path))
    except (OSError, ValueError, SuspiciousFileOperation) as error:
        raise Http404 from error
    name = path.rsplit("/", 1)[-1]
    is_picture = response.headers["Content-Type"].startswith("image/")
    disposition = content_disposition_header(not is_picture, name)
    response.headers["Content-Disposition"] = disposition or "attachment"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cache-Control"] = "private, max-age=3600"
    return response
