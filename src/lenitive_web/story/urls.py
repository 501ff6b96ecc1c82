"""Routes of the story."""

from django.urls import path

from lenitive_web.story import entry_views, views

urlpatterns = [
    path("patients/<uuid:patient_id>", views.patient, name="patient"),
    path("patients/<uuid:patient_id>/story", views.story, name="story"),
    path("patients/<uuid:patient_id>/story/scores", entry_views.scores, name="scores"),
    path("patients/<uuid:patient_id>/story/asked", entry_views.asked, name="asked"),
    path("patients/<uuid:patient_id>/story/<str:table>/new", entry_views.add, name="story_add"),
    path("patients/<uuid:patient_id>/story/<str:table>/<str:fact>", entry_views.correct, name="story_correct"),
]
