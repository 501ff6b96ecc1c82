"""Routes of drafts."""

from django.urls import path

from lenitive_web.drafts import views

urlpatterns = [
    path("patients/<uuid:patient_id>/drafts/<path:form>/keep", views.keep, name="draft_keep"),
    path("patients/<uuid:patient_id>/drafts/<path:form>/discard", views.discard, name="draft_discard"),
]
