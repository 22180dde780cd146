"""Addresses of the directory, under `services/`."""

from django.urls import path

from resources.directory import edit_views, views
from resources.directory.exchange import upload_views
from safety_app.privacy import url_converters

url_converters.register()

app_name = "directory"

urlpatterns = [
    path("", views.services_list, name="services"),
    path("all.json", views.services_file, name="file"),
    path("edit/", edit_views.edit_list, name="edit_list"),
    path("edit/new/", edit_views.create, name="new"),
    path("edit/file/", upload_views.upload, name="upload"),
    path("edit/<id:service_id>/", edit_views.edit, name="edit"),
    path("edit/<id:service_id>/claim/", edit_views.claim, name="claim"),
    path("edit/<id:service_id>/delete/", edit_views.delete, name="delete"),
    path("<id:service_id>/", views.service_show, name="service"),
]
