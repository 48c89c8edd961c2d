"""Keep uploaded files in a bucket of S3; only this module needs `deploy/requirements-s3.txt`."""

from storages.backends.s3 import S3Storage

from cms.storage import OwnNames, WithoutUrls


class PrivateS3Storage(WithoutUrls, OwnNames, S3Storage):
    """Keep files in the bucket, and sign no address."""
