"""Routes of the plan."""

from django.urls import path

from lenitive_web.plan import goals, views

urlpatterns = [
    path("patients/<uuid:patient_id>/plan", views.plan, name="plan"),
    path("patients/<uuid:patient_id>/plan/letter/<slug:partner>", views.letter, name="referral_letter"),
    path("patients/<uuid:patient_id>/plan/to-take-along/<slug:talk>", views.talk, name="talk"),
    path("patients/<uuid:patient_id>/plan/goals/<slug:goal>/new", goals.set_goal, name="set_goal"),
    path("patients/<uuid:patient_id>/plan/goals/<str:fact>/outcome", goals.goal_outcome, name="goal_outcome"),
]
