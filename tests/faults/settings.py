"""Settings of a site whose services break: those of tests, with the answer cache on."""

from cms.settings.test import *  # noqa: F403 - settings build on settings

ANSWER_CACHE_BYTES = 16 * 1024 * 1024
