"""Tell releases apart: two that share a cache may answer the same question differently."""

import hashlib
from functools import cache
from pathlib import Path

from django.conf import settings

ROOMS = ("cms", "home", "news", "projects", "search")
# Settings that are written into answers.
WRITTEN = ("FILES_BASE_URL", "FRONTEND_BASE_URL", "WAGTAILADMIN_BASE_URL", "DEBUG", "TIME_ZONE")


@cache
def release() -> str:
    """Return a digest of the code and the settings that answers are made with."""
    digest = hashlib.blake2b(digest_size=16)
    root = Path(settings.PROJECT_DIR)
    for path in sorted(found for room in ROOMS for found in (root / room).rglob("*.py")):
        digest.update(f"{path.relative_to(root)}\n".encode())
        digest.update(path.read_bytes())
    lock = root / "requirements.txt"
    digest.update(lock.read_bytes() if lock.is_file() else b"")
    digest.update(repr([getattr(settings, name) for name in WRITTEN]).encode())
    return digest.hexdigest()
