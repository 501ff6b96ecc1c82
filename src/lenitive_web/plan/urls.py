"""Routes of the plan."""

from django.urls import path

from lenitive_web.plan import views

urlpatterns = [
    path("patients/<uuid:patient_id>/plan", views.plan, name="plan"),
    path("patients/<uuid:patient_id>/plan/letter/<slug:partner>", views.letter, name="referral_letter"),
]
