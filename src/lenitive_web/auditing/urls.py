"""Routes of the audit."""

from django.urls import path

from lenitive_web.auditing import views

urlpatterns = [
    path("audit", views.audit, name="audit"),
    path("audit/export.csv", views.export, name="audit_export"),
]
