"""Addresses of the translators' desk, under `translate/`."""

from django.urls import path

from resources.translation import remark_views, segment_views, views
from resources.translation.glossary import views as glossary_views
from resources.translation.interface import views as interface_views
from resources.translation.po import views as po_views
from safety_app.privacy import url_converters

url_converters.register()

app_name = "translation"

urlpatterns = [
    # Before the languages, which are slugs too.
    path("glossary/", glossary_views.terms_list, name="glossary"),
    path("glossary/new/", glossary_views.term_new, name="term_new"),
    path("glossary/<id:term_id>/", glossary_views.term_edit, name="term_edit"),
    path("glossary/<id:term_id>/delete/", glossary_views.term_delete, name="term_delete"),
    path("remarks/", remark_views.remarks_list, name="remarks"),
    path("remark/<id:segment_id>/", remark_views.remark_new, name="remark_new"),
    path("remark/<id:remark_id>/settle/", remark_views.remark_settle, name="remark_settle"),
    path("", views.choose, name="languages"),
    path("<slug:language>/", views.desk_show, name="desk"),
    path("<slug:language>/seen/", views.seen, name="seen"),
    path("<slug:language>/glossary/", glossary_views.terms_list, name="glossary"),
    path("<slug:language>/texts/", interface_views.texts_list, name="texts"),
    path("<slug:language>/texts/<slug:key>/", interface_views.text_show, name="text"),
    path("<slug:language>/<int:number>/", views.page_show, name="page"),
    path("<slug:language>/<int:number>/preview/", views.preview, name="preview"),
    path("<slug:language>/<int:number>/po/", po_views.po_show, name="po"),
    path("<slug:language>/<int:number>/po/file/", po_views.po_file, name="po_file"),
    path(
        "<slug:language>/<int:number>/<id:segment_id>/",
        segment_views.segment_show,
        name="segment",
    ),
]
