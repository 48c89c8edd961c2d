"""Settings for the real thing: nothing here is convenient, and nothing unsafe starts."""

from cms.settings.base import *
from cms.settings.env import Refused

if not environment.is_production:
    raise Refused("Set DJANGO_SETTINGS_MODULE=cms.settings.production before starting.")

_is_https = WAGTAILADMIN_BASE_URL.startswith("https://")
SECURE_SSL_REDIRECT = _is_https
SESSION_COOKIE_SECURE = _is_https
CSRF_COOKIE_SECURE = _is_https
SECURE_HSTS_SECONDS = environment.number("HSTS_SECONDS") if _is_https else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = False
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]
if environment.flag("BEHIND_TLS_PROXY"):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# File names carry a digest of their content, so that browsers may keep them for ever.
STORAGES["staticfiles"] = {
    "BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage",
}

# Whether every subdomain is https, and the preload list, are the domain owner's to decide; the
# admin shows previews in a frame of its own origin.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W019", "security.W021"]
