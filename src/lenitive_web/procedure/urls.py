"""Routes of the procedure."""

from django.urls import include, path

from lenitive_web.procedure import day_views, views

VISIT = [
    path("move", views.move_visit, name="visit-move"),
    path("cancel", views.cancel_visit, name="visit-cancel"),
    path("checklist", day_views.checklist, name="visit-checklist"),
    path("consent", day_views.consent, name="visit-consent"),
    path("time-out", day_views.time_out, name="visit-time-out"),
    path("record", day_views.record, name="visit-record"),
    path("note", day_views.note, name="visit-note"),
    path("recovery", day_views.recovery, name="visit-recovery"),
    path("discharge", day_views.discharge, name="visit-discharge"),
    path("relief", day_views.relief, name="visit-relief"),
]

urlpatterns = [
    path("patients/<uuid:patient_id>/procedure", views.procedure, name="procedure"),
    path("patients/<uuid:patient_id>/procedure/book", views.book_procedure, name="book"),
    path("patients/<uuid:patient_id>/procedure/<int:number>", views.visit, name="visit"),
    path("patients/<uuid:patient_id>/procedure/<int:number>/", include(VISIT)),
]
