"""Routes of the front desk."""

from django.urls import path

from lenitive_web.desk import scan_views, views

urlpatterns = [
    path("patients/<uuid:patient_id>/desk", views.desk, name="desk"),
    path("patients/<uuid:patient_id>/desk/visits", views.slip, name="visit_slip"),
    path("patients/<uuid:patient_id>/desk/scan", scan_views.scan, name="scan"),
]
