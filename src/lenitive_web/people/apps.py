"""People as a Django app."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """Listens to when somebody signs in."""

    name = "lenitive_web.people"

    def ready(self) -> None:
        """Start listening."""
        from lenitive_web.people import working_day  # noqa: F401
