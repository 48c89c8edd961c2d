"""Serve the files of published pictures and documents, and nothing else of the storage.

An address holds the thing's public id, a mark of the stored file and a name for readers. A file is sent
only while the thing's row is visible and its document names that file; originals of pictures are in no
document. The name in the address is made of what is public anyway. A document is saved under the name
that its uploader gave it.

Addresses outlive the file they were made for. While the thing is public, `/files/ID`, `/files/ID/…` and
the addresses of former files lead on to what takes their place. ADR 0066.
"""

import hashlib
import mimetypes
import re
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
    HttpResponseRedirect,
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
# The size of a picture that stands for it where an address names none: its whole width, uncropped.
USUAL_SIZE = "content"
_MARK = re.compile(r"[0-9a-f]{12}")
_SIZE = re.compile(r"([a-z_]+)\.([a-z]+)")


@dataclass(frozen=True, slots=True)
class PublicFile:
    """Hold one file of a published thing: where the storage keeps it, and how readers find it.

    Shape: `mark` changes with the file's name in the storage, so a replaced file has a new address.
           `saved_as` is the name under which a reader saves it, where that is not `name`.
    """

    stored: str
    mark: str
    name: str
    saved_as: str = ""


def public_files(item: Item) -> Iterator[PublicFile]:
    """Yield the files that a thing's document names."""
    if item.kind == "document":
        stored = item.get("fileName")
        name = slugify(item.get("title") or "", allow_unicode=True)[:NAME_LENGTH] or UNNAMED
        yield _file(stored, name, item.get("uploadedName") or "")
        return
    renditions: dict[str, Any] = item.get("renditions") or {}
    for preset, files in renditions.items():
        for file in files:
            yield _file(file["file"], preset.lower())


# Every answer with pictures asks for the same few files again.
@lru_cache(maxsize=20_000)
def _file(stored: str, name: str, saved_as: str = "") -> PublicFile:
    mark = hashlib.blake2b(stored.encode(), digest_size=6).hexdigest()
    return PublicFile(stored, mark, name + PurePosixPath(stored).suffix.lower(), saved_as)


def file_url(item: Item, stored: str) -> str:
    """Return the public address of one of a thing's files, given its name in the storage."""
    return _url(item, next(file for file in public_files(item) if file.stored == stored))


def _url(item: Item, file: PublicFile) -> str:
    base = settings.FILES_BASE_URL
    return f"{base}/files/{item.public_id}/{file.mark}/{quote(file.name)}"


@public_methods(*READING)
def serve(request: HttpRequest, public_id: str, mark: str = "", name: str = "") -> HttpResponseBase:
    """Answer a published file, or lead on to it; anything else, hidden or absent, is the same 404."""
    context = ReadContext()
    load = ByPublicId(public_id)
    context.load([load])
    item: Item | None = context.results[load]
    if item is None or item.kind not in ("image", "document"):
        raise Http404
    files = list(public_files(item))
    file = next((file for file in files if (file.mark, file.name) == (mark, name)), None)
    if file is not None:
        response = _response(request, file)
    else:
        successor = _successor(item.kind, files, mark=mark, name=name)
        if successor is None:
            raise Http404
        response = HttpResponseRedirect(_url(item, successor))
        _set_headers(response)
    # A cache in front throws the file away when the thing is purged.
    for header in settings.ANSWER_TAG_HEADERS:
        response[header] = tag_of_thing(public_id)
    return response


def _successor(kind: str, files: list[PublicFile], *, mark: str, name: str) -> PublicFile | None:
    """Return the file that takes the place of what an address names.

    Shape: `mark` is empty in addresses by id alone, after which any name may stand. None for what
           was never an address of a file.
    """
    if mark and not _MARK.fullmatch(mark):
        return None
    if kind == "document":
        return next(iter(files), None)
    size = _SIZE.fullmatch(name)
    if mark and (size is None or any(file.mark == mark for file in files)):
        return None
    wanted, ending = size.groups() if size else (USUAL_SIZE, "")
    return _of_size(files, wanted, ending=ending) or _of_size(files, USUAL_SIZE, ending=ending)


def _of_size(files: list[PublicFile], size: str, *, ending: str) -> PublicFile | None:
    """Return the file of a size in a format, or in the one that every browser shows."""
    found = [file for file in files if file.name.startswith(f"{size}.")]
    same = [file for file in found if file.name == f"{size}.{ending}"]
    return next(iter([*same, *found[-1:]]), None)


def _response(request: HttpRequest, file: PublicFile) -> HttpResponseBase:
    # A stored file never changes under its name, so its mark says all about it.
    etag = f'"{file.mark}"'
    unchanged = get_conditional_response(request, etag=etag)
    response: HttpResponseBase = (
        unchanged if isinstance(unchanged, HttpResponseNotModified) else _content(file)
    )
    response["ETag"] = etag
    _set_headers(response)
    return response


def _set_headers(response: HttpResponseBase) -> None:
    response["Cache-Control"] = f"public, max-age={MAX_AGE_SECONDS}"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Access-Control-Allow-Origin"] = "*"


def _content(file: PublicFile) -> HttpResponse | FileResponse:
    try:
        content = default_storage.open(file.stored, "rb")
    except (OSError, ValueError, SuspiciousFileOperation) as error:
        raise Http404 from error
    inline = INLINE.get(PurePosixPath(file.name).suffix)
    content_type = inline or mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    response = FileResponse(content, content_type=content_type, filename=file.name)
    if inline is None:
        response["Content-Disposition"] = _attachment(file)
    return response


def _attachment(file: PublicFile) -> str:
    """Return the header that has a browser save a file, under its uploader's name where that is known.

    Source: RFC 6266 4.3: `filename` is for those who do not know `filename*` (RFC 8187, before 5987).
    """
    plain = file.name if file.name.isascii() else UNNAMED + PurePosixPath(file.name).suffix
    name = quote(file.saved_as or file.name, safe="")
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{name}"
