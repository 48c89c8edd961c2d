"""Settings for tests: quick, quiet, alone; the database and the cache still come by address."""

import os
import tempfile
from pathlib import Path

from cms.settings.base import *

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
if "MEDIA_ROOT" not in os.environ:
    # Processes that tests start are told where; tests themselves have a folder each.
    MEDIA_ROOT = Path(tempfile.gettempdir()) / "cms-test-media"
STATIC_ROOT = Path(tempfile.gettempdir()) / "cms-test-static"
WAGTAILADMIN_BASE_URL = "http://cms.test"
FILES_BASE_URL = "http://files.test"
FRONTEND_BASE_URL = "https://cluster.test"
ALLOWED_HOSTS = ["testserver", "cms.test", "files.test", "localhost", "127.0.0.1"]
# Tests publish and ask at once, in transactions that are never committed.
ANSWER_CACHE_BYTES = 0
COUNT_IN_BACKGROUND = False
PURGE_AFTER_SECONDS = 0.0
# Every test is the same client; the tests of rates switch them on.
REQUEST_RATES = dict.fromkeys(REQUEST_RATES, 0)
EVENTS_STREAMS_PER_CLIENT = 0
# A third file for every size of every picture would only take time; the tests of AVIF switch it on.
IMAGE_RENDITION_AVIF = False

if "postgresql" in DATABASES["default"]["ENGINE"]:
    # Tables that were never analysed look large; compiling a statement takes longer than any of ours.
    # No test is about what a crash of the server leaves behind.
    DATABASES["default"]["OPTIONS"]["options"] = "-c jit=off -c synchronous_commit=off"
