"""Addresses of the translators' desk, under `translate/`."""

from django.urls import URLPattern, URLResolver, include, path

from resources.translation import segment_views, views

app_name = "translation"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("resources.translation.tool_urls")),
    path("", views.choose, name="translate"),
    path("<slug:language>/", views.desk_show, name="translate_desk"),
    path("<slug:language>/seen/", views.seen, name="translate_seen"),
    path("<slug:language>/<int:number>/", views.page_show, name="translate_page"),
    path("<slug:language>/<int:number>/preview/", views.preview, name="translate_preview"),
    path(
        "<slug:language>/<int:number>/<id:segment_id>/",
        segment_views.segment_show,
        name="translate_segment",
    ),
]
