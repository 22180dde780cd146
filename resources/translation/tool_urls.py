"""Addresses of what lies beside the texts on the translators' desk: files, glossary, remarks."""

from django.urls import path

from resources.translation import glossary_views, po_views, remark_views
from safety_app.privacy import url_converters

url_converters.register()

urlpatterns = [
    path("glossary/", glossary_views.terms_list, name="glossary"),
    path("glossary/new/", glossary_views.term_new, name="term_new"),
    path("glossary/<id:term_id>/", glossary_views.term_edit, name="term_edit"),
    path("glossary/<id:term_id>/delete/", glossary_views.term_delete, name="term_delete"),
    path("remarks/", remark_views.remarks_list, name="remarks"),
    path("remark/<id:segment_id>/", remark_views.remark_new, name="remark_new"),
    path("remark/<id:remark_id>/settle/", remark_views.remark_settle, name="remark_settle"),
    path("<slug:language>/glossary/", glossary_views.terms_list, name="glossary"),
    path("<slug:language>/<int:number>/po/", po_views.po, name="po"),
    path("<slug:language>/<int:number>/po/file/", po_views.po_file, name="po_file"),
]
