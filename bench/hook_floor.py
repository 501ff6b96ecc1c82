"""The floor: a Django view that reads the same request and answers with no card. Nothing else is installed in it."""

from __future__ import annotations

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.urls import path

settings.configure(
    ROOT_URLCONF=__name__,
    ALLOWED_HOSTS=["127.0.0.1"],
    SECRET_KEY="only-for-the-floor",
    DATA_UPLOAD_MAX_MEMORY_SIZE=None,
)


def empty(request: HttpRequest, **named: str) -> HttpResponse:
    """No card."""
    len(request.body)
    return HttpResponse(b'{"cards":[]}', content_type="application/json")


urlpatterns = [path("cds-services/<str:service_id>", empty)]
application = get_wsgi_application()
