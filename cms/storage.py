"""Keep uploaded files in a folder, or in a bucket, under names of ours and without an address.

`url()` of Django's storages maps a file's name to an address: a path below `MEDIA_URL`, or a link with
a signature that works for everybody who has it. Here files are reached only through views that ask for
permission on an object: `cms/content/admin_files.py` for the admin, `cms/publishing/files.py` for the
public. ADR 0061.

No name in the storage is made of what an uploader called the file: that may be too long, or written in
signs that a file system refuses, and it may say more than the uploader wants to. ADR 0065.
"""

import logging
import os
import re
import secrets
import weakref
from pathlib import Path, PurePosixPath
from tempfile import NamedTemporaryFile
from typing import Any

from django.core.files.storage import FileSystemStorage, Storage
from django.db import connection, transaction

logger = logging.getLogger(__name__)

_ENDING = re.compile(r"\.[a-z0-9]{1,8}")
_OWN_NAME = re.compile(r"[A-Za-z0-9_.-]+-[0-9a-f]{16}(\.[a-z0-9]{1,8})?")


def own_name(folder: str, *, label: str, uploaded: str) -> str:
    """Return a new name in a folder: a label of ours, a random mark, and the ending of `uploaded`.

    Shape: ASCII; the mark is never used again, so what is stored under a name never changes.
    """
    ending = PurePosixPath(uploaded).suffix.lower()
    kept = ending if _ENDING.fullmatch(ending) else ""
    return f"{folder}/{label}-{secrets.token_hex(8)}{kept}"


class OwnNames(Storage):
    """Store under names of ours what is saved through a field of a model, whichever model that is."""

    def generate_filename(self, filename: Any) -> str:
        """Return the name a field gave, with another last part unless `own_name` made it."""
        folder, _, name = str(filename).rpartition("/")
        if not _OWN_NAME.fullmatch(name):
            filename = own_name(folder or "files", label="file", uploaded=name)
        return super().generate_filename(filename)


class WithoutUrls:
    """Give no file an address."""

    def url(self, name: str | None) -> str:
        """Return an empty address, which Django's form fields take for a file without a link."""
        return ""


class PrivateFileSystemStorage(WithoutUrls, OwnNames, FileSystemStorage):
    """Keep files below `MEDIA_ROOT`."""

    def replace(self, name: str, content: bytes) -> None:
        """Write a file in place of one of the same name: readers see one of the two, whole."""
        target = Path(self.path(name))
        target.parent.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=target.parent, prefix=f"{target.name}.", delete=False) as file:
            try:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
                Path(file.name).replace(target)
            except OSError:
                Path(file.name).unlink(missing_ok=True)
                raise

    def _save(self, name: str, content: Any) -> str:
        try:
            return str(super()._save(name, content))  # type: ignore[misc]
        except BaseException:
            # The disk is full, or the sender gave up: half a file is nobody's.
            self.delete(name)
            raise


def delete_unless_committed(storage: Any, name: str) -> None:
    """Delete a file that was just stored, should the transaction or savepoint be rolled back."""
    transaction.on_commit(_Stored(storage, name), robust=True)


class _Stored:
    """Stand for a stored file among what is to be run at the commit.

    Django drops what it would have run when it rolls back, and says so to nobody. So the file goes
    when this object does, unless it was run before.
    """

    __qualname__ = "_Stored"

    def __init__(self, storage: Any, name: str) -> None:
        self._dropped = weakref.finalize(self, _delete_after_rollback, storage, name)

    def __call__(self) -> None:
        self._dropped.detach()


def _delete_after_rollback(storage: Any, name: str) -> None:
    # After an error of the connection itself nobody knows whether the commit has happened; and where
    # something else that was to be run after a commit failed, it has. `unused_files` finds such files.
    if connection.errors_occurred or connection.run_commit_hooks_on_set_autocommit_on:
        return
    try:
        storage.delete(name)
    except Exception:
        logger.exception("the file %s of a change that was rolled back could not be deleted", name)
