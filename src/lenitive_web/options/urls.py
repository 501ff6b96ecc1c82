"""Routes of the options."""

from django.urls import path

from lenitive_web.options import views

urlpatterns = [
    path("patients/<uuid:patient_id>/options", views.options, name="options"),
    path("patients/<uuid:patient_id>/options/<slug:procedure>", views.option, name="option"),
    path("patients/<uuid:patient_id>/options/<slug:procedure>/answers", views.answer, name="option_answers"),
    path("patients/<uuid:patient_id>/options/<slug:procedure>/aid", views.aid, name="decision_aid"),
]
