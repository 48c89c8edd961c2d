"""Keep uploaded files in a bucket of S3; only this module needs `deploy/requirements-s3.txt`."""

from django.core.files.base import ContentFile
from storages.backends.s3 import S3Storage

from cms.storage import OwnNames, WithoutUrls


class PrivateS3Storage(WithoutUrls, OwnNames, S3Storage):
    """Keep files in the bucket, and sign no address."""

    def replace(self, name: str, content: bytes) -> None:
        """Write a file in place of one of the same name: readers see one of the two, whole."""
        # `save` would look for a free name first; a bucket replaces what has the name.
        self._save(name, ContentFile(content))
