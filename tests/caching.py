"""Keep tests from reading each other's cache: Redis is one for all workers, whose databases are not."""

import uuid

from django.conf import settings
from django.test import override_settings


def empty_cache() -> override_settings:
    """Give an empty cache for a while, without taking anybody else's away as FLUSHDB would."""
    caches = {"default": settings.CACHES["default"] | {"KEY_PREFIX": uuid.uuid4().hex}}
    return override_settings(CACHES=caches)
