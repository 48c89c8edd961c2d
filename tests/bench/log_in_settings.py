"""Settings of the site beside whose log-ins others are measured: hashes and rates of production."""

from cms.settings.base import PASSWORD_HASHERS as HASHERS
from cms.settings.base import REQUEST_RATES as RATES
from cms.settings.test import *  # noqa: F403

PASSWORD_HASHERS = HASHERS
# Whoever measures asks more often than anybody else; log-ins are counted.
REQUEST_RATES = dict.fromkeys(RATES, 0) | {"LOG_IN": RATES["LOG_IN"]}
