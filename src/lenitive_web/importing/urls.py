"""Routes of imports, and of exporting one patient's record."""

from django.urls import path

from lenitive_web.importing import export_views, views

urlpatterns = [
    path("imports", views.imports, name="imports"),
    path("imports/new", views.upload, name="upload"),
    path("imports/<int:number>", views.one_import, name="import"),
    path("imports/<int:number>/state", views.state, name="import_state"),
    path("imports/<int:number>/stop", views.stop, name="stop_import"),
    path("imports/<int:number>/discard", views.discard, name="discard_import"),
    path("imports/<int:number>/refused", views.refused, name="import_refused"),
    path("patients/<uuid:patient_id>/export", export_views.export, name="export"),
    path("patients/<uuid:patient_id>/export/bundle.json", export_views.bundle, name="export_bundle"),
    path("patients/<uuid:patient_id>/export/case.toml", export_views.case_file, name="export_case_file"),
]
