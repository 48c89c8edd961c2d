"""Know documents by the SHA-256 of their text, so that clients need not send them.

Trusted documents are those that frontends registered in the contract; they are read once and stay.
Others are kept for clients that register them by themselves, as Apollo's do: in this process, and in the
cache for all processes. Both have a fixed size, and neither can push out a trusted one.

Source: ADR 0041; https://www.apollographql.com/docs/apollo-server/performance/apq
"""

import json
import re
from collections import OrderedDict
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Any

from django.conf import settings
from django.core.cache import cache

from cms.api.errors import Code, Refused
from cms.api.exchange import Question, document_id_of

KEPT_MAX = 1_000
KEPT_MAX_BYTES = 4 * 1024 * 1024
# A document's place in the shared cache follows from its id; whoever comes later takes the place over.
SHARED_PLACES = 1_024
SHARED_MAX_BYTES = 16 * 1024
SHARED_SECONDS = 30 * 24 * 3600
_ID = re.compile(r"(?:sha256:)?([0-9a-f]{64})")


@dataclass(slots=True)
class _Kept:
    """Hold the documents that were used last, bounded by number and by bytes."""

    texts: OrderedDict[str, str] = field(default_factory=OrderedDict)
    size_bytes: int = 0
    lock: Lock = field(default_factory=Lock)

    def get(self, document_id: str) -> str | None:
        """Return a text, and count it as used."""
        with self.lock:
            if document_id in self.texts:
                self.texts.move_to_end(document_id)
            return self.texts.get(document_id)

    def put(self, document_id: str, text: str) -> None:
        """Keep a text, and let the ones go that nobody used for longest."""
        with self.lock:
            if document_id in self.texts:
                return
            self.texts[document_id] = text
            self.size_bytes += len(text.encode())
            while len(self.texts) > KEPT_MAX or self.size_bytes > KEPT_MAX_BYTES:
                _old, gone = self.texts.popitem(last=False)
                self.size_bytes -= len(gone.encode())

    def clear(self) -> None:
        """Forget everything."""
        with self.lock:
            self.texts.clear()
            self.size_bytes = 0


_kept = _Kept()


@lru_cache(maxsize=4)
def trusted(path: Path) -> dict[str, str]:
    """Return the trusted documents by id, from the file that `manage.py contract` writes.

    Shape: none when there is no such file.
    """
    if not path.exists():
        return {}
    operations = json.loads(path.read_text(encoding="utf-8"))["operations"]
    return {operation["id"]: operation["body"] for operation in operations}


def forget() -> None:
    """Forget what this process keeps, except for what is trusted."""
    _kept.clear()


def resolve(question: Question) -> None:
    """Give a question its document and the document's id.

    Raises: Refused when the document is not known, not the one that was meant, or not allowed.
    """
    hash_sent = _hash_in(question.extensions)
    sent = _id_in(question.document_id) if question.document_id else hash_sent
    if question.document_id and (question.text or hash_sent):
        message = "Send one of `query`, `documentId` and `extensions.persistedQuery`."
        raise Refused(Code.BAD_REQUEST, message)
    if not question.text and not sent:
        raise Refused(Code.BAD_REQUEST, "Send `query`, the text of a document, or `documentId`.")
    known = trusted(settings.GRAPHQL_DOCUMENTS_FILE)
    if question.text:
        question.document_id = document_id_of(question.text)
        if sent and sent != question.document_id:
            message = "`sha256Hash` is not the SHA-256 of `query`."
            raise Refused(Code.BAD_REQUEST, message)
    else:
        question.document_id = sent
        question.text = known.get(sent) or _found(sent, is_apollo=bool(hash_sent))
    question.is_trusted = question.document_id in known
    if settings.GRAPHQL_TRUSTED_ONLY and not question.is_trusted:
        raise _not_trusted()


def register(question: Question) -> None:
    """Keep the document of a question, once it is known to be good, if its client asked for that."""
    if question.is_trusted or not _hash_in(question.extensions):
        return
    if _kept.get(question.document_id) is not None:
        return
    _kept.put(question.document_id, question.text)
    if len(question.text.encode()) <= SHARED_MAX_BYTES:
        cache.set(_place(question.document_id), question.text, SHARED_SECONDS)


def _found(document_id: str, *, is_apollo: bool) -> str:
    """Return a document that a client registered.

    Raises: Refused. Apollo's clients know its words by heart, and then send the text.
    """
    if settings.GRAPHQL_TRUSTED_ONLY:
        raise _not_trusted()
    text = _kept.get(document_id)
    if text is not None:
        return text
    shared = cache.get(_place(document_id))
    if isinstance(shared, str) and document_id_of(shared) == document_id:
        _kept.put(document_id, shared)
        return shared
    if is_apollo:
        raise Refused(Code.PERSISTED_QUERY_NOT_FOUND, "PersistedQueryNotFound")
    message = "There is no document of this id. Send its text as `query`."
    raise Refused(Code.DOCUMENT_UNKNOWN, message, status=404)


def _not_trusted() -> Refused:
    message = "Only documents that are registered in the contract with frontends are answered."
    return Refused(Code.DOCUMENT_NOT_TRUSTED, message, status=403)


def _place(document_id: str) -> str:
    return f"graphql-document:{int(document_id[:8], 16) % SHARED_PLACES}"


def _hash_in(extensions: dict[str, Any] | None) -> str:
    """Return the hash of `extensions.persistedQuery`, empty when there is none."""
    said = (extensions or {}).get("persistedQuery")
    if said is None:
        return ""
    if not isinstance(said, dict) or said.get("version") != 1 or said["version"] is True:
        message = "`extensions.persistedQuery` must be an object with `version` 1 and `sha256Hash`."
        raise Refused(Code.BAD_REQUEST, message)
    return _id_in(said.get("sha256Hash"))


def _id_in(said: object) -> str:
    found = _ID.fullmatch(said) if isinstance(said, str) else None
    if found is None:
        message = "A document's id is its SHA-256: 64 digits of `0-9a-f`, or `sha256:` and these."
        raise Refused(Code.BAD_REQUEST, message)
    return found[1]
