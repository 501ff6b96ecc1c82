"""Routes of the schedule."""

from django.urls import path

from lenitive_web.schedule import views

urlpatterns = [path("schedule", views.schedule, name="schedule")]
