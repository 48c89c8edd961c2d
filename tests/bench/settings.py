"""Settings of a measuring process: those of tests, with files of its own."""

import os
from pathlib import Path

from cms.settings.test import *  # noqa: F403 - settings build on settings

MEDIA_ROOT = Path(os.environ["BENCH_FILES"])
LOGGING = {"version": 1, "disable_existing_loggers": False}
