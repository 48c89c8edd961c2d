"""Be one process of the server: send the passwords that are given, and print how each is answered."""

import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cms.settings.test")
django.setup()

from tests.accounts.logging_in import is_in, log_in  # noqa: E402

for password in sys.argv[1:]:
    answer = log_in(password)
    print("in" if is_in(answer) else answer.status_code)  # noqa: T201 - read by the test
