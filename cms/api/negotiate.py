"""Choose the form of an answer by what a client accepts: its media type, its status, its encoding."""

import gzip
from functools import lru_cache

from cms.api.errors import Code

JSON = "application/json"
RESPONSE = "application/graphql-response+json"
OFFERED = (JSON, RESPONSE)
COMPRESS_FROM_BYTES = 1024
# What is wrong with the GraphQL in a well-formed request. `application/json` answers it with 200, since
# clients of that media type take other statuses for those of something on the way.
REQUEST_ERRORS = frozenset(
    {
        Code.GRAPHQL_PARSE_FAILED,
        Code.GRAPHQL_VALIDATION_FAILED,
        Code.OPERATION_UNKNOWN,
        Code.OPERATION_NOT_SUPPORTED,
        Code.PERSISTED_QUERY_NOT_FOUND,
        Code.BAD_USER_INPUT,
    }
)
_GZIP_LEVEL = 5
_HEADER_MAX_CHARACTERS = 1_000


def media_type(accept: str) -> str:
    """Return the media type to answer in, empty when a client accepts none of ours.

    Shape: the best quality wins, then the more exact range, then the newer type where both are named
           and `application/json` where neither is.
    Source: RFC 9110 section 12.5.1; GraphQL over HTTP, Media Types.
    """
    if not accept.strip():
        return JSON
    # Nobody's list of media types is longer; what follows is not looked at.
    return _media_type(accept[:_HEADER_MAX_CHARACTERS])


@lru_cache(maxsize=256)
def _media_type(accept: str) -> str:
    ranges = _weighted(accept)
    found = []
    for name in OFFERED:
        exactness, quality = _weight(name, ranges)
        is_named = exactness == 2
        found.append((quality, exactness, (name == RESPONSE) == is_named, name))
    quality, _exactness, _preferred, name = max(found)
    return name if quality > 0 else ""


def _weight(name: str, ranges: dict[str, float]) -> tuple[int, float]:
    """Return how exactly a media type is named, from 0 to 2, and its quality."""
    for exactness, range_ in ((2, name), (1, "application/*"), (0, "*/*")):
        if range_ in ranges:
            return exactness, ranges[range_]
    return 0, 0.0


def status(found: int, code: str, media: str) -> int:
    """Return the status of an answer in a media type.

    Source: GraphQL over HTTP, Status Codes.
    """
    return 200 if found == 400 and media == JSON and code in REQUEST_ERRORS else found


def compressed(body: bytes, accept_encoding: str) -> tuple[bytes, str]:
    """Return a body and its content coding; empty where it stays as it is."""
    if len(body) < COMPRESS_FROM_BYTES or not accepts_gzip(
        accept_encoding[:_HEADER_MAX_CHARACTERS]
    ):
        return body, ""
    # The same bytes for the same body: no time of day inside.
    return gzip.compress(body, _GZIP_LEVEL, mtime=0), "gzip"


@lru_cache(maxsize=256)
def accepts_gzip(accept_encoding: str) -> bool:
    """Say whether a client would rather have gzip than the plain bytes."""
    codings = _weighted(accept_encoding)
    quality = max((codings[name] for name in ("gzip", "x-gzip") if name in codings), default=None)
    if quality is None:
        quality = codings.get("*", 0.0)
    return quality > 0 and quality >= codings.get("identity", 0.0)


def _weighted(header: str) -> dict[str, float]:
    """Return the items of a list with their qualities; what cannot be read is left out.

    Shape: a media range that asks for another character set than ours is left out as well.
    """
    found: dict[str, float] = {}
    for part in header.lower().split(","):
        name, *parameters = (piece.strip() for piece in part.split(";"))
        pairs = dict(piece.partition("=")[::2] for piece in parameters)
        quality = _quality(pairs.get("q", "1"))
        if not name or quality is None or not is_utf8(pairs.get("charset", "")):
            continue
        found[name] = max(quality, found.get(name, 0.0))
    return found


def _quality(text: str) -> float | None:
    try:
        quality = float(text)
    except ValueError:
        return None
    return quality if 0 <= quality <= 1 else None


def is_utf8(charset: str) -> bool:
    """Say whether a character set, if one is named at all, is the only one we speak."""
    return charset.strip().strip("\"'").lower() in {"", "utf-8", "utf8"}
