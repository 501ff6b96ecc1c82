"""What a WSGI server runs: ``granian --interface wsgi lenitive_web.wsgi:application``; `lenitive serve` does it."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

from lenitive.reasoning.settling import settle

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lenitive_web.settings")

application = get_wsgi_application()
settle()

# The rooms are known only from here on.
from lenitive_web.importing.working import start_worker  # noqa: E402

start_worker()
