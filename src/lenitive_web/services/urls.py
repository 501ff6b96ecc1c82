"""Where machines ask."""

from __future__ import annotations

from django.urls import path

from lenitive_web.services import describing, dtr_views, fhir_views, hook_views, pas_views

urlpatterns = [
    path("cds-services", hook_views.discovery, name="hook-discovery"),
    path("cds-services/<str:service_id>", hook_views.service, name="hook-service"),
    path("cds-services/<str:service_id>/feedback", hook_views.feedback, name="hook-feedback"),
    path("fhir/metadata", fhir_views.metadata, name="fhir-metadata"),
    path("fhir/Questionnaire/$questionnaire-package", dtr_views.questionnaire_package, name="questionnaire-package"),
    path("fhir/QuestionnaireResponse", dtr_views.questionnaire_responses, name="questionnaire-response"),
    path("pas/notifications", pas_views.notifications, name="pas-notifications"),
    path("fhir/Binary/<str:resource_id>", fhir_views.file, name="fhir-file"),
    path("fhir/<str:kind>", fhir_views.search, name="fhir-search"),
    path("fhir/<str:kind>/<str:resource_id>", fhir_views.read, name="fhir-read"),
    path("openapi.json", describing.description, name="openapi"),
]
