"""Routes of the front desk."""

from django.urls import path

from lenitive_web.desk import views

urlpatterns = [
    path("patients/<uuid:patient_id>/desk", views.desk, name="desk"),
    path("patients/<uuid:patient_id>/desk/visits", views.slip, name="visit_slip"),
]
