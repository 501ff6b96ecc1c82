"""Where each room is found."""

from __future__ import annotations

from django.urls import include, path

from lenitive_web import health

urlpatterns = [
    path("health", health.health, name="health"),
    path("ready", health.ready, name="ready"),
    path("", include("lenitive_web.people.urls")),
    path("accounts/", include("allauth.urls")),
    path("", include("lenitive_web.today.urls")),
    path("", include("lenitive_web.patients.urls")),
    path("", include("lenitive_web.drafts.urls")),
    path("", include("lenitive_web.story.urls")),
    path("", include("lenitive_web.attachments.urls")),
    path("", include("lenitive_web.examination.urls")),
    path("", include("lenitive_web.diagnosis.urls")),
    path("", include("lenitive_web.options.urls")),
    path("", include("lenitive_web.letters.urls")),
    path("", include("lenitive_web.plan.urls")),
    path("", include("lenitive_web.authorization.urls")),
    path("", include("lenitive_web.schedule.urls")),
    path("", include("lenitive_web.procedure.urls")),
    path("", include("lenitive_web.outcome.urls")),
    path("", include("lenitive_web.practice.urls")),
    path("", include("lenitive_web.portal.urls")),
    path("", include("lenitive_web.desk.urls")),
    path("", include("lenitive_web.importing.urls")),
    path("", include("lenitive_web.auditing.urls")),
    path("", include("lenitive_web.services.urls")),
]
