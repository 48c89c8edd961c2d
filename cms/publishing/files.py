"""Serve the files of published pictures and documents, and nothing else of the storage.

An address holds the thing's public id, a mark of the stored file and a name for readers. It is answered
only while the thing's row is visible and its document names that file; originals of pictures are in no
document. The name is made of what is public anyway: what a file was called when it was uploaded may
say more than its editor wants to.
"""

import hashlib
import mimetypes
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.core.exceptions import SuspiciousFileOperation
from django.core.files.storage import default_storage
from django.http import (
    FileResponse,
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseNotModified,
)
from django.utils.cache import get_conditional_response
from django.utils.text import slugify

from cms.http_methods import READING, public_methods
from cms.publishing.reading.context import ReadContext
from cms.publishing.reading.items import Item
from cms.publishing.reading.loads import ByPublicId
from cms.publishing.tags import tag_of_thing

# Named here, because what Python knows of itself depends on its version and on the machine.
# Everything else is for download, PDF too: browsers refuse to show a sandboxed one.
INLINE = {
    ".avif": "image/avif",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".png": "image/png",
    ".webp": "image/webp",
}
# How long a copy elsewhere may outlive the file; asking again costs no transfer.
MAX_AGE_SECONDS = 60
NAME_LENGTH = 80
# What a slug of a title without any letter is called.
UNNAMED = "document"


@dataclass(frozen=True, slots=True)
class PublicFile:
    """Hold one file of a published thing: where the storage keeps it, and how readers find it.

    Shape: `mark` changes with the file's name in the storage, so a replaced file has a new address.
    """

    stored: str
    mark: str
    name: str


def public_files(item: Item) -> Iterator[PublicFile]:
    """Yield the files that a thing's document names."""
    if item.kind == "document":
        stored = item.get("fileName")
        name = slugify(item.get("title") or "", allow_unicode=True)[:NAME_LENGTH] or UNNAMED
        yield _file(stored, name)
        return
    renditions: dict[str, Any] = item.get("renditions") or {}
    for preset, files in renditions.items():
        for file in files:
            yield _file(file["file"], preset.lower())


# Every answer with pictures asks for the same few files again.
@lru_cache(maxsize=20_000)
def _file(stored: str, name: str) -> PublicFile:
    mark = hashlib.blake2b(stored.encode(), digest_size=6).hexdigest()
    return PublicFile(stored, mark, name + PurePosixPath(stored).suffix.lower())


def file_url(item: Item, stored: str) -> str:
    """Return the public address of one of a thing's files, given its name in the storage."""
    file = next(file for file in public_files(item) if file.stored == stored)
    base = settings.FILES_BASE_URL
    return f"{base}/files/{item.public_id}/{file.mark}/{quote(file.name)}"


@public_methods(*READING)
def serve(request: HttpRequest, public_id: str, mark: str, name: str) -> HttpResponseBase:
    """Answer a published file; anything else, hidden or absent, is the same 404."""
    context = ReadContext()
    load = ByPublicId(public_id)
    context.load([load])
    item: Item | None = context.results[load]
    if item is not None and item.kind in ("image", "document"):
        for file in public_files(item):
            if (file.mark, file.name) == (mark, name):
                response = _response(request, file)
                # A cache in front throws the file away when the thing is purged.
                for header in settings.ANSWER_TAG_HEADERS:
                    response[header] = tag_of_thing(public_id)
                return response
    raise Http404


def _response(request: HttpRequest, file: PublicFile) -> HttpResponseBase:
    # A stored file never changes under its name, so its mark says all about it.
    etag = f'"{file.mark}"'
    unchanged = get_conditional_response(request, etag=etag)
    response: HttpResponseBase = (
        unchanged if isinstance(unchanged, HttpResponseNotModified) else _content(file)
    )
    response["ETag"] = etag
    response["Cache-Control"] = f"public, max-age={MAX_AGE_SECONDS}"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Access-Control-Allow-Origin"] = "*"
    return response


def _content(file: PublicFile) -> HttpResponse | FileResponse:
    try:
        content = default_storage.open(file.stored, "rb")
    except (OSError, ValueError, SuspiciousFileOperation) as error:
        raise Http404 from error
    inline = INLINE.get(PurePosixPath(file.name).suffix)
    content_type = inline or mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    return FileResponse(
        content,
        content_type=content_type,
        as_attachment=inline is None,
        filename=file.name,
    )
