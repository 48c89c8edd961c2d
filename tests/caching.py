"""Keep tests from reading each other's cache: Redis is one for all workers, whose databases are not."""

import uuid

from django.conf import settings
from django.test import override_settings

# The product goes on without a Redis that is slow; tests of what is in it wait for a busy machine.
TIMEOUTS = {"socket_timeout": 30.0, "socket_connect_timeout": 30.0}


def empty_cache() -> override_settings:
    """Give an empty cache for a while, without taking anybody else's away as FLUSHDB would."""
    cache = settings.CACHES["default"] | {"KEY_PREFIX": uuid.uuid4().hex}
    if "Redis" in cache["BACKEND"]:
        cache["OPTIONS"] = cache["OPTIONS"] | TIMEOUTS
    return override_settings(CACHES={"default": cache})
