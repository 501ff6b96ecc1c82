"""The first page as a Django app."""

from django.apps import AppConfig


class TodayConfig(AppConfig):
    """Looks at a chart again whenever something is written into it."""

    name = "lenitive_web.today"

    def ready(self) -> None:
        """Start listening."""
        from lenitive_web.today import listening  # noqa: F401
