#!/usr/bin/env python
"""Run a command of the project: ``python manage.py help`` lists them."""

import os
import sys


def main() -> None:
    """Run the command named on the command line, with the settings of development by default."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cms.settings.dev")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
