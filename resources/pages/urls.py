"""Addresses of public pages and of their editors; under the language."""

from django.urls import include, path

from resources.pages import offline, views
from safety_app.privacy import url_converters

url_converters.register()

app_name = "pages"

urlpatterns = [
    path("", views.home_show, name="home"),
    path("now/", views.now_show, name="now"),
    path("find/", views.find_show, name="find"),
    path("new/", views.changes_show, name="changes"),
    path("new.xml", views.changes_feed, name="feed"),
    path("r/<int:number>/", views.page_show, name="page"),
    path("r/", include("resources.pages.editing.urls")),
    path("kept/", views.kept_show, name="kept"),
    path("kept/limits/", views.kept_limits, name="kept_limits"),
    path("kept/tables/", views.kept_tables, name="kept_tables"),
    path("kept/tables/<slug:app>/", views.kept_app, name="kept_app"),
    path("keep/", offline.keep_show, name="keep"),
    path("keep/not/", offline.not_kept_show, name="not_kept"),
    path("keep/all.json", offline.keep_list, name="keep_list"),
]
