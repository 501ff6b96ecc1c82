#!/usr/bin/env python
"""Django's own commands, for developers. The clinic is served with ``lenitive serve``."""

import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lenitive_web.settings")
    execute_from_command_line(sys.argv)
