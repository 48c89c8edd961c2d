"""Keep uploaded files in a folder, or in a bucket, without an address of their own.

`url()` of Django's storages maps a file's name to an address: a path below `MEDIA_URL`, or a link with
a signature that works for everybody who has it. Here files are reached only through views that ask for
permission on an object: `cms/content/admin_files.py` for the admin, `cms/publishing/files.py` for the
public. ADR 0061.
"""

import os
from pathlib import Path
from tempfile import NamedTemporaryFile

from django.core.files.storage import FileSystemStorage


class WithoutUrls:
    """Give no file an address."""

    def url(self, name: str | None) -> str:
        """Return an empty address, which Django's form fields take for a file without a link."""
        return ""


class PrivateFileSystemStorage(WithoutUrls, FileSystemStorage):
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
