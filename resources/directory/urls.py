"""Addresses of the directory, under `services/`."""

from django.urls import path

from resources.directory import editing, views
from safety_app.privacy import url_converters

url_converters.register()

app_name = "directory"

urlpatterns = [
    path("", views.services_list, name="services"),
    path("all.json", views.services_file, name="services_file"),
    path("edit/", editing.edit_list, name="services_edit"),
    path("edit/new/", editing.create, name="service_new"),
    path("edit/<id:service_id>/", editing.edit, name="service_edit"),
    path("edit/<id:service_id>/claim/", editing.claim, name="service_claim"),
    path("edit/<id:service_id>/delete/", editing.delete, name="service_delete"),
    path("<id:service_id>/", views.service_show, name="service"),
]
