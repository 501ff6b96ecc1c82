"""The audit as a Django app."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """Listens to who signs in and out."""

    name = "lenitive_web.audit"

    def ready(self) -> None:
        """Start listening."""
        from lenitive_web.audit import signing_in  # noqa: F401
