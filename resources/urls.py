"""Public addresses; under the language."""

from django.urls import include, path

from resources import offline, views
from resources.directory import editing
from resources.directory import views as directory
from resources.doctor import views as doctor
from safety_app.privacy import addresses

addresses.register()

app_name = "resources"

urlpatterns = [
    path("", views.home_show, name="home"),
    path("find/", views.find_show, name="find"),
    path("new/", views.changes_show, name="changes"),
    path("new.xml", views.changes_feed, name="feed"),
    path("r/<int:number>/", views.page_show, name="page"),
    path("r/", include("resources.changing.urls")),
    path("translate/", include("resources.translation.urls")),
    path("kept/", views.kept_show, name="kept"),
    path("keep/", offline.keep_show, name="keep"),
    path("keep/all.json", offline.keep_list, name="keep_list"),
    path("doctor/", doctor.sheet, name="doctor"),
    path("services/", directory.services_list, name="services"),
    path("services/all.json", directory.services_file, name="services_file"),
    path("services/edit/", editing.edit_list, name="services_edit"),
    path("services/edit/new/", editing.create, name="service_new"),
    path("services/edit/<id:service_id>/", editing.edit, name="service_edit"),
    path("services/edit/<id:service_id>/claim/", editing.claim, name="service_claim"),
    path("services/edit/<id:service_id>/delete/", editing.delete, name="service_delete"),
    path("services/<id:service_id>/", directory.service_show, name="service"),
]
